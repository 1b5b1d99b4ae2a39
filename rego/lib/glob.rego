# METADATA
# title: Globs
# description: |
#   The one meaning that a glob has in all settings; package glob of Go says it and is the same. * stands for any characters
#   but the separators, ** for any, ? for one that is no separator, {a,b} for one of several globs, and \ before a character
#   for that character. Everything else stands for itself, brackets too.
package lib.glob

# METADATA
# description: Reports whether the glob matches the whole text. The separators are a list of characters; null stands for none.
match(pattern, _, text) if pattern == text

match(pattern, separators, text) if glob.match(_escaped(pattern), separators, text)

# To the builtin, brackets are classes of characters.
_escaped(pattern) := regex.replace(pattern, `((?:\\\\)*)\\?\[`, `$1\[`)
