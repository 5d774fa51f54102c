#!/usr/bin/env bash
# usage: preload_perl.sh LIBSLATE SOURCE   perl: hashes, sorting, regular expressions, a pipe.
source "$(dirname "$0")/preload.sh"
cat >"$work/program.pl" <<'PROGRAM'
use strict;
use warnings;
my (%count, $seed);
$seed = 11;
sub draw { $seed = ($seed * 1103515245 + 12345) % 2147483648; return $seed % $_[0]; }
for my $i (1 .. 300000) {
    $count{join('', map { chr(97 + draw(9)) } 1 .. 1 + draw(5))}++;
}
my @order = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
print scalar(@order), " ", join(',', map { "$_=$count{$_}" } @order[0 .. 19]), "\n";
my $text = join(' ', @order);
my $found = () = $text =~ /\b(a+b|[c-e]{2,})\w*\b/g;
(my $changed = $text) =~ s/(\w+) (\w+)/$2-$1/g;
print "$found ", length($changed), " ", unpack('%32C*', $changed), "\n";
open(my $pipe, '-|', 'echo from a child') or die;
print <$pipe>;
PROGRAM
compare perl perl "$work/program.pl"
