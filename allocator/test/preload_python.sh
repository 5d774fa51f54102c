#!/usr/bin/env bash
# usage: preload_python.sh LIBSLATE SOURCE   json and re over 10 MB, threads, a subprocess.
source "$(dirname "$0")/preload.sh"
cat >"$work/program.py" <<'PROGRAM'
import hashlib, json, random, re, subprocess, sys, threading
random.seed(7)
words = [''.join(random.choice('abcdefgh') for _ in range(random.randrange(1, 12)))
         for _ in range(5000)]
data = [{'id': i, 'text': ' '.join(random.choice(words) for _ in range(12)), 'list': [i] * 5}
        for i in range(80000)]
text = json.dumps(data)
assert len(text) > 10_000_000, len(text)
assert json.loads(text) == data
print(len(text), len(re.findall(r'\b[a-d]+e\w*\b', text)))
print(hashlib.sha256(re.sub(r'(\w+) (\w+)', r'\2 \1', text).encode()).hexdigest())
sums = [0] * 4
def work(n):
    sums[n] = sum(len(str(i) * 3) for i in range(100000))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sums)
out = subprocess.run([sys.executable, '-c', 'print(sorted(set("allocator" * 1000)))'],
                     capture_output=True, check=True)
print(out.stdout)
PROGRAM
compare python3 python3 "$work/program.py"
