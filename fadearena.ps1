# Prepares what is missing, then becomes the program of the same name: .\fadearena.ps1 demo, .\fadearena.ps1 test, ...
#
# The same as ./fadearena, for PowerShell: .venv beside this file holds what uv.lock says, and a stamp in it lets every
# later start skip the preparation.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $MyInvocation.MyCommand.Path
$venv = Join-Path $root '.venv'
$tools = Join-Path $root '.fadearena'
$onWindows = $env:OS -eq 'Windows_NT'
$bin = Join-Path $venv $(if ($onWindows) { 'Scripts' } else { 'bin' })
$suffix = if ($onWindows) { '.exe' } else { '' }
$python = Join-Path $bin "python$suffix"
$isTest = $args.Count -gt 0 -and $args[0] -eq 'test'
$purpose = if ($isTest) { 'development' } else { 'runtime' }
$options = if ($isTest) { @('--group', 'dev') } else { @('--inexact') }
$stamp = Join-Path $venv "fadearena-$purpose.stamp"

function Stop-With([string] $message) {
    [Console]::Error.WriteLine("fadearena: $message")
    exit 1
}

function Get-WantedStamp {
    $hashes = 'uv.lock', 'pyproject.toml' | ForEach-Object { (Get-FileHash (Join-Path $root $_) -Algorithm SHA256).Hash }
    (@($root) + $hashes) -join ' '
}

# The tools of development come with all that running needs, so their stamp serves both.
function Test-Ready([string] $wanted) {
    if (-not (Test-Path $python)) { return $false }
    foreach ($made in @($stamp, (Join-Path $venv 'fadearena-development.stamp'))) {
        if ((Test-Path $made) -and ((Get-Content $made -Raw).Trim() -eq $wanted)) { return $true }
    }
    return $false
}

# The version and the hashes of uv in uv.lock, in the form pip takes.
function Get-PinnedUv {
    $block = [regex]::Match((Get-Content (Join-Path $root 'uv.lock') -Raw), '(?ms)^name = "uv"$.*?(?=^\[\[package\]\]|\z)').Value
    $version = [regex]::Match($block, '(?m)^version = "([^"]+)"').Groups[1].Value
    $hashes = [regex]::Matches($block, 'sha256:[0-9a-f]+') | ForEach-Object { "--hash=$($_.Value)" }
    "uv==$version " + ($hashes -join ' ')
}

function Find-Uv {
    $found = Get-Command uv -ErrorAction SilentlyContinue
    if ($found) { return $found.Source }
    $own = Join-Path $tools "uv/bin/uv$suffix"
    if (Test-Path $own) { return $own }
    $requirements = Join-Path $tools 'uv.txt'
    Set-Content $requirements (Get-PinnedUv) -Encoding ascii
    foreach ($candidate in @('py', 'python3', 'python')) {
        if (-not (Get-Command $candidate -ErrorAction SilentlyContinue)) { continue }
        & $candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>$null
        if ($LASTEXITCODE -ne 0) { continue }
        & $candidate -m pip install --quiet --no-input --no-deps --only-binary=:all: --require-hashes --upgrade `
            --target (Join-Path $tools 'uv') -r $requirements
        if ($LASTEXITCODE -eq 0 -and (Test-Path $own)) { return $own }
    }
    Stop-With 'Python 3.11 or newer with pip (or uv) is needed and was not found. Install Python, then run it again.'
}

$wanted = Get-WantedStamp
if (-not (Test-Ready $wanted)) {
    New-Item -ItemType Directory -Force $tools | Out-Null
    $mutex = New-Object System.Threading.Mutex($false, 'fadearena-setup')
    try { $taken = $mutex.WaitOne([TimeSpan]::FromMinutes(15)) } catch [System.Threading.AbandonedMutexException] { $taken = $true }
    if (-not $taken) { Stop-With 'another start is still preparing; try again when it is done' }
    try {
        if (-not (Test-Ready $wanted)) {
            $uv = Find-Uv
            [Console]::Error.WriteLine("Preparing FadeArena ($purpose; once, about a minute) ...")
            $env:UV_PROJECT_ENVIRONMENT = $venv
            $env:VIRTUAL_ENV = $null
            & $uv sync --project $root --frozen --compile-bytecode @options
            if ($LASTEXITCODE -ne 0) {
                Stop-With "the set-up failed, for the reason above. Most often it is the network: check it and run it again."
            }
            Set-Content $stamp $wanted -Encoding utf8
        }
    } finally { $mutex.ReleaseMutex() }
}

# Before demo, run and test the dashboard is built where web/ changed; where that can't be, they go on without.
function Build-Dashboard {
    $builder = Join-Path $root 'hatch_build.py'
    & $python $builder --check 2>$null
    if ($LASTEXITCODE -eq 0) { return $true }
    [Console]::Error.WriteLine('Building the dashboard (once, about 20 s) ...')
    New-Item -ItemType Directory -Force $tools | Out-Null
    $log = Join-Path $tools 'dashboard.log'
    & $python $builder --node 2>$null
    if ($LASTEXITCODE -ne 0) {
        $uv = Find-Uv
        $env:UV_PROJECT_ENVIRONMENT = $venv
        & $uv sync --project $root --frozen --inexact --only-group web --quiet *> $log
    }
    & $python $builder *> $log
    return ($LASTEXITCODE -eq 0)
}

$wantsDashboard = ($args.Count -gt 0) -and (@('demo', 'run', 'test') -contains $args[0]) -and
    -not (@($args) -contains '--help') -and (Test-Path (Join-Path $root 'web/package.json'))
if ($wantsDashboard) {
    $ErrorActionPreference = 'Continue'
    if (-not (Build-Dashboard)) {
        [Console]::Error.WriteLine("The dashboard could not be built (.fadearena/dashboard.log says why); going on with what there is.")
    }
}

if ($isTest) {
    $rest = @($args | Select-Object -Skip 1)
    & $python (Join-Path $root 'tests') @rest
} else {
    & (Join-Path $bin "fadearena$suffix") @args
}
exit $LASTEXITCODE
