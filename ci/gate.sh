#!/bin/sh
# The gate of a CI job: `policypack check` judges the repository, `pulumi preview` its stacks, one report shows what both
# have found, and one exit status says what it comes to:
#
#   0  nothing that counts    1  violations    2  anything else, such as a preview that failed for another reason
#
# It runs in the root of a checkout, in any CI that has sh, git (for pull requests) and pulumi (for previews), and takes:
#
#   GATE_MODE      all (default), preview or check
#   GATE_STACK     the stacks to preview, separated by blanks or commas
#   GATE_WORK_DIR  the directory of the Pulumi program; default .
#   GATE_ARGS      further arguments of pulumi preview, separated by blanks
#   GATE_CONFIG    the file for --policy-pack-config; with exemptions and baseline
#   GATE_RULES     directories with policies of your own, separated by blanks or commas
#   GATE_BUNDLE    a signed bundle of rules and exemptions
#   GATE_BREAK_GLASS      a break-glass token, with which the gate passes in an emergency; never on a change from outside
#   GATE_BREAK_GLASS_KEY  the file with the public key that verifies it; on pull requests always that of the base
#   GATE_BASE      of a pull request: the base, a full commit or the name of a branch of origin. GitHub and GitLab tell it
#   GATE_TRUST     base (default), or head: a pull request of the repository's own may bring its own exemptions
#   GATE_FORK      true: the change comes from outside; no preview. GitHub and GitLab tell it
#   GATE_REPORTS   the directory of the reports; default policypack-reports
#   GATE_ATTEST_KEY  the file with a private key: GATE_REPORTS gets attestation-STACK.json, signed, of each stack whose verdict
#                  is known, with + in place of / in the stack's name; see docs/attestation.md
#   POLICYPACK     the program, outside of the checkout on pull requests; default policypack
#
# What Pulumi's policy exceptions exempt in a preview is exempted here, with their ids in the reports. The setting exceptions can deny
# those of GATE_CONFIG; those of Pulumi Cloud always count, and none exempts a finding of the policy settings.
#
# On a pull request GATE_CONFIG, GATE_RULES, GATE_BUNDLE and the comments policypack:allow are those of the base: a change
# cannot exempt itself, and every commit since the base is checked, since a secret that one adds and another removes is in the
# history. One from outside gets `policypack check` alone, since a preview runs its code with the job's rights.
# Paths count from the root. Absolute ones that lead out of the checkout are read where they are, on pull requests too.
#
# shellcheck disable=SC2086  # lists are split where no quotes stand; the shell expands no names (set -f)
set -uf
unset CDPATH IFS
LC_ALL=C export LC_ALL

say() { printf 'policypack gate: %s\n' "$*" >&2; }

fail() { # what keeps the gate from beginning
  say "$*"
  [ "${GITHUB_ACTIONS-}" != true ] || printf '::error title=policypack gate::The gate did not begin; the log says why.\n'
  exit 2
}

tmp='' base='' since='' notes='' status=0
finish() {
  status=$?
  trap - EXIT
  [ ! -d "$tmp/base" ] || git worktree remove --force "$tmp/base" >/dev/null 2>&1
  [ -z "$tmp" ] || rm -rf "$tmp"
  [ -z "${GITHUB_OUTPUT-}" ] || printf 'status=%s\n' "$status" >>"$GITHUB_OUTPUT"
  exit "$status"
}
trap finish EXIT
trap 'exit 2' HUP INT TERM

note() { # what a reader of the result must know
  say "$*"
  notes="$notes> $*
"
}

worst() { [ "$status" -ge "$1" ] || status=$1; }

# ---- what there is to do

mode=${GATE_MODE:-all} work=${GATE_WORK_DIR:-.} trust=${GATE_TRUST:-base} fork=${GATE_FORK:-false}
config=${GATE_CONFIG-} bundle=${GATE_BUNDLE-} signer=${GATE_ATTEST_KEY-}
stacks=$(printf %s "${GATE_STACK-}" | tr ',\n\r\t' '    ')
rules=$(printf %s "${GATE_RULES-}" | tr ',\n\r\t' '    ')
root=$(pwd -P)
reports=${GATE_REPORTS:-policypack-reports}

case $mode in all | preview | check) ;; *) fail "GATE_MODE: want all, preview or check" ;; esac
case $trust in base | head) ;; *) fail "GATE_TRUST: want base or head" ;; esac
case $fork in true | false) ;; *) fail "GATE_FORK: want true or false" ;; esac
for s in $stacks; do
  case $s in -* | *[!A-Za-z0-9_./-]*) fail "GATE_STACK: this is no name of a stack: $s" ;; esac
done
POLICYPACK=$(command -v -- "${POLICYPACK:-policypack}") || fail "POLICYPACK: there is no such program; install policypack first"
case $POLICYPACK in /*) ;; *) POLICYPACK=$root/$POLICYPACK ;; esac
if [ -n "$signer" ]; then
  case $signer in /*) ;; *) signer=$root/$signer ;; esac
  [ -r "$signer" ] || fail "GATE_ATTEST_KEY: there is no such file, or it cannot be read"
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/gate.XXXXXXXX") || fail "there is no place for temporary files"
# Files that the checkout brings along are no reports, and a link may lead anywhere.
case $reports in /*) ;; *) reports=$root/$reports ;; esac
case $reports in *[,\"\\]* | *"
"*) fail "GATE_REPORTS: want a path without commas, quotes and line breaks" ;; esac
[ ! -L "$reports" ] || fail "GATE_REPORTS: want a directory, got a link"
mkdir -p -- "$reports" || fail "GATE_REPORTS: the directory cannot be made"
set +f
rm -f -- "$reports"/check*.json "$reports"/preview-*.json "$reports"/attestation-*.json "$reports"/policypack.* || fail "GATE_REPORTS: old reports cannot be removed"
set -f

# ---- whose change it is

change=none from='' onto=''
if [ "${GITHUB_ACTIONS-}" = true ]; then
  command -v jq >/dev/null || fail "jq is needed, to read whose change this is"
  told=$(jq -er '
    def own(a; b): if a != null and a == b then "own" else "fork" end;
    if .pull_request then
      [own(.pull_request.head.repo.full_name; .pull_request.base.repo.full_name), .pull_request.base.sha, .pull_request.base.ref]
    elif .merge_group then ["own", .merge_group.base_sha]
    elif .issue.pull_request then ["fork", null]
    elif .workflow_run.event // "" | startswith("pull_request") then
      [own(.workflow_run.head_repository.full_name; .workflow_run.repository.full_name), .workflow_run.pull_requests[0].base.sha]
    else ["none", null] end | map(. // "") | join(" ")' "${GITHUB_EVENT_PATH-}") ||
    fail "GITHUB_EVENT_PATH: the event cannot be read, which tells whose change this is"
  change=${told%% *} from=${told#* }
  onto=${from#"${from%% *}"} from=${from%% *}
  onto=${onto# }
  # GitHub gives Dependabot's pull requests no secrets and no tokens, as those of forks.
  [ "$change" = own ] && [ "${GITHUB_ACTOR-}" = 'dependabot[bot]' ] && change=fork
elif [ -n "${CI_MERGE_REQUEST_PROJECT_ID-}" ]; then
  change=own from=${CI_MERGE_REQUEST_TARGET_BRANCH_NAME-}
  [ "${CI_MERGE_REQUEST_SOURCE_PROJECT_ID-}" = "$CI_MERGE_REQUEST_PROJECT_ID" ] || change=fork
elif [ -n "${GATE_BASE-}" ]; then
  change=own
fi
from=${GATE_BASE:-$from}
[ "$fork" = false ] || change=fork
if [ "$change" = fork ] && [ "$mode" != check ]; then
  note "This change comes from outside of the repository: policypack check alone has judged it, no preview was run."
  mode=check
fi
if [ -n "${GATE_BREAK_GLASS-}" ]; then POLICYPACK_BREAK_GLASS=$GATE_BREAK_GLASS export POLICYPACK_BREAK_GLASS; fi
unset GATE_BREAK_GLASS
if [ "$change" = fork ] && [ -n "${POLICYPACK_BREAK_GLASS-}" ]; then
  note 'The break-glass token does not count: this change comes from outside of the repository.'
  unset POLICYPACK_BREAK_GLASS
fi
if [ "$mode" = check ]; then stacks=''; elif [ -z "$stacks" ]; then fail "GATE_STACK: want the stacks to preview"; fi

# ---- the base, and what counts of it

# What has expired fails pull requests first, and updates of what is deployed some days later.
[ "$change" = none ] || POLICYPACK_NO_GRACE=1 export POLICYPACK_NO_GRACE

if [ "$change" != none ]; then
  [ -n "$from" ] || fail "GATE_BASE: want the branch that the change is made to"
  prefix=$(git rev-parse --show-prefix) || fail "git does not work here, which the base branch needs"
  [ -z "$prefix" ] || fail "want the root of the checkout as working directory"
  # Every commit of the change is checked, so the whole history is needed.
  whole='check out with the whole history (fetch-depth: 0, GIT_DEPTH: 0)'
  depth=''
  [ "$(git rev-parse --is-shallow-repository)" = false ] || depth=--unshallow
  fetch() { git fetch --quiet --no-tags --no-recurse-submodules $depth -- origin "$@"; }
  case ${#from}:$from in
  *:*[!0-9a-f]*) commit='' ;;
  40:* | 64:*) commit=$from ;;
  *) commit='' ;;
  esac
  if [ -n "$commit" ]; then
    { [ -z "$depth" ] && git cat-file -e "$commit^{commit}" 2>/dev/null; } || fetch "$commit" ||
      fail "the base, or the history up to it, is not in the checkout and cannot be fetched; $whole"
    base=$commit
  else
    branch=${from#refs/heads/}
    branch=refs/heads/${branch#origin/}
    if git remote get-url origin >/dev/null 2>&1; then # what is here may be old
      { fetch "$branch" && base=$(git rev-parse --verify --quiet 'FETCH_HEAD^{commit}'); } || fail "GATE_BASE: the branch cannot be fetched; $whole"
    else
      base=$(git rev-parse --verify --quiet "$branch^{commit}") || fail "GATE_BASE: there is no such branch"
    fi
  fi
  since=$base
  # The branch may have moved on since the event: what it has by now is not the change's.
  [ -z "$onto" ] || onto=$(git rev-parse --verify --quiet "refs/remotes/origin/$onto^{commit}") || onto=''
fi
if [ "$change" = own ] && [ "$trust" = head ]; then base=''; fi
if [ -n "$base" ]; then
  # No hook and no filter of Git LFS runs; links in it are not followed.
  GIT_LFS_SKIP_SMUDGE=1 git -c core.hooksPath=/dev/null worktree add --quiet --force --detach "$tmp/base" "$base" ||
    fail "the base cannot be checked out"
fi

# The program reads the levels, exemptions and rules that lie beside it with a PulumiPolicy.yaml.
if [ -n "$base" ]; then
  beside=$(cd -P -- "${POLICYPACK%/*}/" && pwd -P) || fail "POLICYPACK: its directory cannot be read"
  case $beside/ in "$root"/*) fail "POLICYPACK: want a program outside of the checkout, since a change may bring what lies beside it" ;; esac
fi

# trusted KIND PATH: sets path to where a file or a directory is to be read, empty where the base has none. What
# git lists under a path is there itself: no link is followed.
trusted() {
  path=${2#"$root"/}
  case $path in /*) return ;; esac
  if [ -z "$base" ]; then path=$root/$path && return; fi
  path=${path%/}
  entry=$(git ls-tree "$base" -- "$path") || fail "the base cannot be read: $2"
  case $1:$entry in
  *:) note "The base branch has no $2 yet; it counts once it is there." && path='' ;;
  "file:100"*" blob "* | "directory:"*" tree "*) path=$tmp/base/$path ;;
  *) fail "$2: the base branch has something else there, want a $1" ;;
  esac
}

# With a token the pack of the previews is a copy with the pinned key in it. A change brings no key, whatever it is trusted with.
pack=$POLICYPACK key=''
if [ -n "${POLICYPACK_BREAK_GLASS-}" ] && [ -n "${GATE_BREAK_GLASS_KEY-}" ]; then
  path=${GATE_BREAK_GLASS_KEY#"$root"/}
  pack=$tmp/pack/policypack key=$tmp/pack/break-glass.pem
  mkdir "$tmp/pack" && cp -- "$POLICYPACK" "$pack" || fail "there is no place for a copy of policypack"
  for f in PulumiPolicy.yaml policy-config.json bundle.tar.gz rules; do
    [ ! -e "${POLICYPACK%/*}/$f" ] || [ ! -f "${POLICYPACK%/*}/PulumiPolicy.yaml" ] || cp -R -- "${POLICYPACK%/*}/$f" "$tmp/pack/" ||
      fail "there is no place for a copy of policypack"
  done
  [ -f "$tmp/pack/PulumiPolicy.yaml" ] || printf 'runtime: policypack\nversion: %s\n' "$("$POLICYPACK" version)" >"$tmp/pack/PulumiPolicy.yaml"
  case $since:$path in
  *:/* | :*) cp -- "$path" "$key" 2>/dev/null || fail "GATE_BREAK_GLASS_KEY: the file cannot be read" ;;
  *) git cat-file blob "$since:$path" >"$key" 2>/dev/null || fail "GATE_BREAK_GLASS_KEY: the base branch has no such file" ;;
  esac
fi

own=$config given=$rules
if [ -n "$config" ]; then trusted file "$config" && config=$path; fi
if [ -n "$bundle" ]; then
  trusted file "$bundle"
  [ -z "$path" ] || POLICYPACK_BUNDLE=$path export POLICYPACK_BUNDLE
fi
for d in $given; do
  trusted directory "$d"
  [ -z "$path" ] || POLICYPACK_RULES=${POLICYPACK_RULES:+$POLICYPACK_RULES:}$path
done
[ -z "${POLICYPACK_RULES-}" ] || export POLICYPACK_RULES
[ -z "$config" ] || [ -r "$config" ] || fail "GATE_CONFIG: there is no such file: $own"

# broken NAME SOURCE MESSAGE notes in a report of its own that something was not judged. Its words need no escapes.
broken() {
  say "$2: $3"
  printf '{"format":"policypack-report/1","version":"","policies":[],"sources":[],"errors":[{"source":"%s","message":"%s"}],"notes":[],"findings":[]}\n' \
    "$2" "$3" >"$reports/$1.json" || fail "GATE_REPORTS: a report cannot be written"
  worst 2
}

# check ARGUMENT... checks files of the repository by what counts of the base.
mkdir "$tmp/none"
alone=''
check() {
  # An empty directory of rules keeps those out that lie in the checkout beside a PulumiPolicy.yaml.
  set -- "$@" --kind repository --rules "$tmp/none"
  [ ! -d "${POLICYPACK%/*}/rules" ] || [ -n "$alone" ] || set -- "$@" --rules "${POLICYPACK%/*}/rules"
  IFS=:
  for d in ${POLICYPACK_RULES-}; do set -- "$@" --rules "$d"; done
  unset IFS
  [ -z "$config" ] || set -- "$@" --config "$config"
  [ -z "$base" ] || set -- "$@" --base "$tmp/base"
  [ -z "$key" ] || set -- "$@" --break-glass-key "$key"
  "$POLICYPACK" check "$@" </dev/null >/dev/null
}

# ---- the repository; first, since nothing of the change has run yet

if [ "$mode" != preview ]; then
  set --
  for commit in $since $onto; do set -- "$@" --since "$commit"; done
  check . --report "$reports/check.json" "$@"
  got=$?
  case $got in
  0 | 1 | 2) worst $got && [ -s "$reports/check.json" ] || broken check-error 'policypack check' 'it left no report; the log says why' ;;
  *) broken check-error 'policypack check' "it ended with exit status $got; the log says why" ;;
  esac
fi
# The file that the change brings does not count, but is to be right once it is merged.
if [ -n "$base" ] && [ -n "$own" ] && [ -f "$own" ] && [ "$own" != "$config" ]; then
  set --
  for d in $given; do [ ! -d "$d" ] || set -- "$@" --rules "$d"; done
  mine=${bundle:-${POLICYPACK_BUNDLE-}} # the change's own, with the policies that its configuration may name
  [ -f "$mine" ] || mine=''
  POLICYPACK_BUNDLE=$mine "$POLICYPACK" config validate "$own" "$@" </dev/null >/dev/null || {
    wrong='the configuration of this change has mistakes; the log names them'
    # A token that is not good ends everything else with 2.
    if [ -n "${POLICYPACK_BREAK_GLASS-}" ]; then note "Passed by break-glass: $wrong."; else broken check-config 'policypack config validate' "$wrong"; fi
  }
fi

# ---- the stacks

# previewable: whether Pulumi may be started in the working directory at all. Pulumi.yaml can have it run a program of the
# change in place of what enforces policies, or leave the organisation that requires them. Pulumi reads the closest one.
previewable() {
  dir=$(cd -P -- "$work" && pwd -P) || return 0 # the preview says what is wrong with it
  set --
  while :; do
    for f in Pulumi.json Pulumi.yaml Pulumi.yml; do
      if [ -L "$dir/$f" ]; then
        unread="$f is a link, which is not followed"
        return 2
      fi
      [ ! -e "$dir/$f" ] || set -- "$@" "$dir/$f"
    done
    [ $# = 0 ] || break
    case $dir in "$root" | / | '') return 0 ;; esac # the preview says that there is none
    dir=${dir%/*}
  done
  # A token lets no project choose who enforces. Where what it is there for breaks this check too, the pack's own settings count.
  (
    unset POLICYPACK_BREAK_GLASS
    check "$@" --policy enforcement-bypass --report "$tmp/project.json"
  )
  got=$?
  if [ "$got" = 2 ] && [ -n "${POLICYPACK_BREAK_GLASS-}" ]; then
    (
      unset POLICYPACK_BREAK_GLASS POLICYPACK_RULES POLICYPACK_BUNDLE
      config='' alone=true
      check "$@" --policy enforcement-bypass --report "$tmp/project.json"
    )
    got=$?
  fi
  unread='the project file cannot be checked; the log says why'
  case $got in 0 | 1) return $got ;; *) return 2 ;; esac
}

if [ -n "$stacks" ]; then
  previewable
  case $? in
  0) ;;
  1)
    note "No preview was run: Pulumi.yaml chooses who enforces policies on it, which the finding of enforcement-bypass shows."
    [ -s "$reports/check.json" ] || cp -- "$tmp/project.json" "$reports/check-project.json" || worst 2
    worst 1
    stacks=''
    ;;
  *)
    note "No preview was run: $unread."
    n=0
    for s in $stacks; do
      n=$((n + 1))
      broken "preview-$n-error" "preview of $s" "it was not run: $unread"
    done
    stacks=''
    ;;
  esac
fi

# only_violations EVENTS: Pulumi has no exit status for violations. A run that they alone stop ends with the error "preview
# failed", and has no other.
only_violations() {
  grep '"diagnosticEvent":' "$1" 2>/dev/null | grep '"severity":"error"' >"$tmp/errors"
  [ -s "$tmp/errors" ] && ! grep -qvF '"message":"preview failed\n"' "$tmp/errors"
}

# excepted: Pulumi's policy exceptions are the engine's, which does not tell the pack of them. What they exempted stands in the
# events, and is to stand in the report and in its attestation: with it they agree with the engine, but for what the setting
# exceptions denies.
excepted() {
  grep -qF '"exceptions":' "$tmp/events" 2>/dev/null || return 0
  rm -f "$tmp/excepted.json"
  set -- "$report" --events "$tmp/events" --report "$tmp/excepted.json"
  [ -z "$config" ] || set -- "$@" --config "$config"
  [ ! -s "$tmp/attestation" ] || set -- "$@" --attestation "$tmp/attestation"
  POLICYPACK_ATTEST_KEY=$signer "$POLICYPACK" report "$@" </dev/null >/dev/null
  [ -s "$tmp/excepted.json" ] && mv -- "$tmp/excepted.json" "$report"
}

n=0
for s in $stacks; do
  n=$((n + 1)) report=$reports/preview-$((n)).json
  if ! command -v pulumi >/dev/null; then
    broken "preview-$n-error" "preview of $s" 'there is no pulumi; install it first'
    continue
  fi
  set -- --stack "$s" --non-interactive --color never --suppress-outputs --event-log "$tmp/events" --policy-pack "$pack"
  [ -z "$config" ] || set -- "$@" --policy-pack-config "$config"
  rm -f "$tmp/events" "$tmp/attestation"
  word=''
  if [ "${GITHUB_ACTIONS-}" = true ]; then # what the program prints is no command to the runner
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::group::pulumi preview of %s\n::stop-commands::%s\n' "$s" "$word"
  fi
  (
    cd -P -- "$work" || exit
    unset GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY
    [ -z "$signer" ] || export POLICYPACK_ATTEST="$tmp/attestation" POLICYPACK_ATTEST_KEY="$signer"
    POLICYPACK_REPORT=$report PULUMI_DEBUG_COMMANDS=1 exec pulumi preview ${GATE_ARGS-} "$@" </dev/null
  )
  got=$?
  [ -z "$word" ] || printf '\n::%s::\n::endgroup::\n' "$word"
  judged=2
  if [ -s "$report" ]; then
    excepted || broken "preview-$n-events" "preview of $s" 'what policy exceptions exempted cannot be told; the log says why'
    "$POLICYPACK" report "$report" </dev/null >/dev/null 2>&1
    judged=$?
  fi
  known=yes
  case $got:$judged in
  0:0 | 0:1) worst $judged ;;
  0:*) known='' && broken "preview-$n-error" "preview of $s" 'it left no report that can be read; the pack did not judge it' ;;
  *:1)
    worst 1
    only_violations "$tmp/events" || known=''
    [ -n "$known" ] ||
      broken "preview-$n-error" "preview of $s" "it failed for another reason than its violations too (exit status $got); the log says why"
    ;;
  *) known='' && broken "preview-$n-error" "preview of $s" "it failed (exit status $got); the log says why" ;;
  esac
  if [ -n "$signer" ] && [ -n "$known" ]; then
    mv -- "$tmp/attestation" "$reports/attestation-$(printf %s "$s" | tr / +).json" ||
      broken "preview-$n-error" "preview of $s" 'it left no attestation; the log says why'
  fi
done

# ---- one report of all

set +f
set -- "$reports"/check*.json "$reports"/preview-*.json
set -f
for f in "$@"; do
  shift
  [ ! -s "$f" ] || set -- "$@" "$f"
done
out=$reports/policypack
if [ $# = 0 ]; then
  say 'there is no report'
  worst 2
else
  "$POLICYPACK" report "$@" --report "$out.sarif,$out.md,$out.html,$out.xml,$out.json,$out.github" </dev/null
  got=$?
  case $got in 0 | 1 | 2) worst $got ;; *) worst 2 ;; esac
  for end in sarif md html xml json github; do
    [ -s "$out.$end" ] || [ $end = github ] || { say "policypack.$end was not written" && worst 2; }
  done
  [ "${GITHUB_ACTIONS-}" != true ] || cat "$out.github" 2>/dev/null
fi
if [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
  { printf '%s\n' "$notes" && cat "$out.md"; } >>"$GITHUB_STEP_SUMMARY" || { say 'the summary was not written' && worst 2; }
fi
if [ -n "${GITHUB_OUTPUT-}" ]; then printf 'reports=%s\nsarif=%s.sarif\n' "$reports" "$out" >>"$GITHUB_OUTPUT"; fi
exit "$status"
