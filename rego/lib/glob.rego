# METADATA
# title: Globs
# description: |
#   The meaning of globs in all settings, the same as in the Go package glob. * matches any characters except separators, ** any
#   characters, ? one character except a separator, {a,b} one of several globs, and \ before a character that character.
#   Everything else matches itself, also brackets.
package lib.glob

# METADATA
# description: Reports whether the glob matches the whole string. The separators are a list of characters, or null for none.
match(pattern, _, text) if pattern == text

match(pattern, separators, text) if glob.match(_escaped(pattern), separators, text)

# In the builtin, brackets are character classes.
_escaped(pattern) := regex.replace(pattern, `((?:\\\\)*)\\?\[`, `$1\[`)
