"""Tests of the exchange's language: messages, session, feed, client, translation, signatures."""
