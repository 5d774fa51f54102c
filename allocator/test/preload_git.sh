#!/usr/bin/env bash
# usage: preload_git.sh LIBSLATE SOURCE   git log -p over 500 commits made here.
source "$(dirname "$0")/preload.sh"
repository=$work/repository
python3 - >"$work/stream" <<'PROGRAM'
import random
random.seed(3)
lines = ['line %d' % i for i in range(400)]
for n in range(500):
    for _ in range(8):
        lines[random.randrange(len(lines))] = 'line %d of commit %d' % (random.randrange(10**6), n)
    text = '\n'.join(lines) + '\n'
    print('commit refs/heads/main\nmark :%d' % (n + 1))
    print('committer A <a@example.org> %d +0000\ndata 10\ncommit %03d' % (1600000000 + n, n))
    if n:
        print('from :%d' % n)
    print('M 100644 inline file.txt\ndata %d\n%s' % (len(text), text))
PROGRAM
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git init -q "$repository"
git -C "$repository" fast-import --quiet <"$work/stream"
[ "$(git -C "$repository" rev-list --count main)" = 500 ]
compare "git log -p" git -C "$repository" --no-pager log -p --stat main
compare "git repack" git -C "$repository" repack -adfq --threads=2
compare "git fsck" git -C "$repository" fsck --full --no-progress
