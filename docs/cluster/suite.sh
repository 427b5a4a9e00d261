#!/bin/bash
# A suite by GNU parallel: a shard a job, as many at once as there are cores. From a clone, after `npm ci` in it:
#
#   docs/cluster/suite.sh scenarios 20 /shared/scenarios [options of parallel, such as --sshloginfile HOSTS --workdir .]
#   npm run report -- /shared/scenarios/shard-* --out /shared/scenarios
#
# Begun again it goes on where it was.
set -euo pipefail
suite=$1 count=$2 out=$3
shift 3
mkdir -p "$out"
seq "$count" | parallel --line-buffer --tagstring 'shard {}' "$@" \
  npm run -s experiment -- --suite "$suite" --shard "{}/$count" --jobs 1 --out "$out/shard-{}"
