#!/usr/bin/env bash
# usage: seeds.sh ALLOCHECK SWARM CORPUS FOLDER
# Writes seeds for fuzz engines into FOLDER: the stored programs of CORPUS, and generated ones.
set -euo pipefail
allocheck=$1 swarm=$2 corpus=$3 folder=$4
rm -rf "$folder"
mkdir -p "$folder"
for program in "$corpus"/*.ops; do
    "$allocheck" convert --to bytes -o "$folder/$(basename "$program" .ops)" "$program"
done
"$swarm" "$folder" 100
