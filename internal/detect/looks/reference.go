package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Reference reports whether the text is a reference to a secret, or a template, rather than a secret itself.
func Reference(text string) bool {
	t := strings.TrimSpace(text)
	return t != "" && (pointer(t) || templated(t))
}

// pointer reports whether the text is the name of a secret stored elsewhere.
func pointer(t string) bool {
	switch ascii.ToLower(t[0]) {
	case 'a':
		return strings.HasPrefix(t, "arn:") || ascii.PrefixFold(t, "awskms://") ||
			ascii.PrefixFold(t, "azurekeyvault://") || ascii.PrefixFold(t, "awssecret")
	case '@':
		return ascii.PrefixFold(t, "@Microsoft.KeyVault(") || ascii.PrefixFold(t, "@Microsoft.AppConfiguration(")
	case 'p':
		return strings.HasPrefix(t, "projects/")
	case '/':
		return strings.HasPrefix(t, "//secretmanager.googleapis.com/") || Path(t)
	case 'h':
		return ascii.PrefixFold(t, "https://") && strings.Contains(t, ".vault.azure.net/") ||
			ascii.PrefixFold(t, "hashivault://")
	case '!':
		for _, tag := range [...]string{
			"!Ref ", "!Sub ", "!GetAtt ", "!ImportValue ", "!Join ", "!vault",
			"!reference", "!secret ",
		} {
			if strings.HasPrefix(t, tag) {
				return true
			}
		}
	}
	for _, scheme := range [...]string{
		"op://", "ref+", "ssm:/", "ssm://", "sm://", "vault:", "keyvault://", "file:", "env:", "env://", "gcpkms://",
		"awskms://", "hashivault://",
		"secretsmanager://", "secretsmanager:", "secret://", "secrets://", "gcp-sm://", "aws-sm://", "k8s://",
		"doppler://", "bws://", "pass://", "gsm://", "secretref:", "urn:", "akv://",
		"infisical://", "config:", "parameterstore:", "valuefrom:", "from:secret", "process.env.", "os.environ",
		"var.", "local.", "data.aws", "data.google", "data.azurerm", "module.",
		"aws_secretsmanager_", "random_password.", "kubernetes_secret.", "secretkeyref", "akeyless:",
	} {
		if ascii.PrefixFold(t, scheme) {
			return true
		}
	}
	return false
}

// templated reports whether the text is a template of an engine for configuration.
func templated(t string) bool {
	if t[0] == '$' && len(t) > 1 && (ascii.IsLetter(t[1]) || t[1] == '_') &&
		ascii.Run(t, 1, ascii.Alnum|ascii.Dash, len(t)) == len(t) {
		return !looksRandom(t[1:])
	}
	if t[0] == '$' && len(t) > 3 && ascii.IsLetter(t[1]) {
		if i := ascii.Run(t, 1, ascii.Alnum|ascii.Dash, 64); i < len(t) && t[i] == '/' { // $DIR/file
			return true
		}
	}
	if strings.HasPrefix(t, "$__") && t[len(t)-1] == '}' && strings.IndexByte(t, '{') > 0 { // $__file{…} of Grafana
		return true
	}
	if (t[0] == '%' || t[0] == '@') && t[len(t)-1] == t[0] && len(t) > 2 &&
		ascii.Run(t, 1, ascii.Alnum|ascii.Dash|ascii.Dot, len(t)) == len(t)-1 {
		return true
	}
	if expressed(t) || t[0] == '`' && len(t) > 2 && t[len(t)-1] == '`' { // `command`
		return true
	}
	if t[0] == '<' && t[len(t)-1] == '>' && bracketed(t[1:len(t)-1]) {
		return true
	}
	if strings.HasPrefix(t, "__") && strings.HasSuffix(t, "__") && len(t) > 4 {
		return true
	}
	for _, p := range [...][2]string{
		{"${", "}"},
		{"$(", ")"},
		{"{{", "}}"},
		{"<%", "%>"},
		{"#{", "}"},
		{"{%", "%}"},
		{"((", "))"},
		{"$[", "]"},
		{"@{", "}"},
		{"%{", "}"},
		{"%(", ")s"},
		{"$$(", ")"},
	} {
		if i := strings.Index(t, p[0]); i >= 0 {
			if j := strings.Index(t[i+2:], p[1]); j > 0 {
				inner := t[i+2 : i+2+j]
				if p[0] == "{{" || p[0] == "${" || p[0] == "$(" || p[0] == "<%" || i == 0 &&
					i+2+j+len(p[1]) >= len(t)-1 && expression(inner) {
					return true
				}
			}
		}
	}
	return false
}

// expressed reports whether the text is an expression of an ARM template.
func expressed(t string) bool {
	return t[0] == '[' && t[len(t)-1] == ']' && strings.IndexByte(t, '(') > 0
}

// expression reports whether the inside of a template could be one: names, dots, calls.
func expression(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case ascii.IsWord(c), c == '.', c == '_', c == '-', c == ' ', c == '/', c == ':', c == '\'', c == '"',
			c == '[', c == ']', c == '(', c == ')', c == ',':
		default:
			return false
		}
	}
	return true
}

// bracketed reports whether the inside of <...> reads like a hint: words, not a password.
func bracketed(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case ascii.IsWord(c), c == '_', c == '-', c == ' ', c == '.', c == '/', c == ':', c == '\'', c == ',',
			c == '<', c == '>':
		default:
			return false
		}
	}
	return true
}

// Path reports whether the text is a path of a file or a parameter, with no part that looks random.
func Path(t string) bool {
	if strings.HasPrefix(t, "~/") || strings.HasPrefix(t, "./") || strings.HasPrefix(t, "../") {
		return !strings.ContainsAny(t, "\n=+")
	}
	if t[0] != '/' {
		return false
	}
	slashes := 0
	for i := range len(t) {
		c := t[i]
		if c == '/' {
			slashes++
		} else if !ascii.IsWord(c) && c != '.' && c != '_' && c != '-' && c != '@' && c != '*' && c != '{' &&
			c != '}' && c != '$' && c != ' ' && c != ':' {
			return false
		}
	}
	return slashes > 1 && !looksRandom(t) || slashes == 1 && Wordy(t[1:])
}

// Placeholder reports whether the text is a placeholder for a later value: changeme, REPLACE_ME, <token>, your-key.
func Placeholder(text string) bool {
	t := strings.TrimSpace(text)
	if t == "" {
		return true
	}
	t = strings.Trim(t, `"'`)
	if t == "" || constant(t) {
		return true
	}
	if t[0] == '<' && t[len(t)-1] == '>' && bracketed(t[1:len(t)-1]) {
		return true
	}
	if t[0] == '[' && t[len(t)-1] == ']' && bracketed(t[1:len(t)-1]) || t[0] == '(' && t[len(t)-1] == ')' &&
		bracketed(t[1:len(t)-1]) && strings.Contains(t, " ") {
		return true
	}
	if t[0] == '{' && t[len(t)-1] == '}' && Wordy(t[1:len(t)-1]) {
		return true
	}
	if len(t) > 200 {
		return false
	}
	if Serial(t) || same(t) || phrase(t) {
		return true
	}
	var w names.Words
	names.Split(&w, t)
	if w.N == 0 {
		return false
	}
	if w.Letters()*3 < len(t) && !strings.Contains(t, "EXAMPLE") { // mostly digits and symbols: chance, not words
		return false
	}
	if strings.Contains(t, "EXAMPLE") || strings.Contains(t, "CHANGEME") || strings.Contains(t, "xxxxxx") ||
		strings.Contains(t, "XXXXXX") {
		return true
	}
	if w.N == 1 && len(t) <= 24 && w.Is(0, alone) {
		return true
	}
	if w.N <= 2 && ascii.ContainsFold(t, "changeme") && len(t) < 24 ||
		(ascii.ContainsFold(t, "replaceme") || ascii.ContainsFold(t, "goeshere")) && len(t) < 40 {
		return true
	}
	for i := w.N - 1; i >= 0; i-- {
		last := i == w.N-1 // the first word of the text
		switch {
		case last && w.Is(i, " your ") && w.N > 1,
			last && w.Is(i, " yourpassword yoursecret yourtoken yourkey yourapikey mypasswordhere "),
			w.Is(i, " change replace fill set insert put enter update ") &&
				w.Is(i-1, " me this here it in with your my the "),
			w.Is(i, " to ") && w.Is(i-1, " be ") && w.N > 2,
			last && w.Is(i, " not ") && w.Is(i-1, " used set a real needed required applicable secret "),
			last && w.Is(i, standIns) && Wordy(t),
			last && w.Is(i, " my ") && w.N > 1 && w.Is(0, " here "),
			w.Is(i, " placeholder redacted dummy ") && w.N <= 4 && Wordy(t),
			w.Is(i, " example ") && i == 0 && w.N <= 4 && Wordy(t),
			w.Is(i, " goes ") && w.Is(i-1, " here "),
			last && w.Is(i, " known ") && w.Is(i-1, " after "):
			return true
		}
	}
	return false
}

// Default reports whether the text is a default password: a word from a product or a manual, or a placeholder.
func Default(text string) bool { return Stock(text) || Placeholder(text) && !phrase(text) }

// Stock reports whether the text is an initial password of products and development machines.
func Stock(text string) bool {
	return names.In(" "+
		"password passwd pass passw pwd secret token postgres postgresql mysql mariadb mongo mongodb redis "+
		"rabbitmq rabbit guest admin administrator root user username test testing example sample default dev "+
		"develop development local demo app db database docker elastic minio minioadmin neo4j sa oracle "+
		"welcome foo bar baz foobar changeme ", text)
}

// same reports whether the text is groups of one character each: AAAA-BBBB-CCCC-DDDD.
func same(t string) bool {
	groups := 0
	for g := range strings.SplitSeq(t, "-") {
		if len(g) < 4 || strings.Trim(g, g[:1]) != "" {
			return false
		}
		groups++
	}
	return groups > 2
}

// phrase reports whether the text begins with a phrase of people who do not mean a password: if_you_see_this…, or with
// the words known from a comic.
func phrase(t string) bool {
	var b [24]byte
	n := 0
	for i := 0; i < len(t) && n < len(b); i++ {
		if ascii.IsLetter(t[i]) {
			b[n] = ascii.ToLower(t[i])
			n++
		} else if strings.IndexByte("-_ .", t[i]) < 0 {
			return false
		}
	}
	for _, p := range [...]string{
		"ifyousee", "ifyoucan", "correcthorse", "thisisnot", "thisshouldn", "thisisasecret", "notarealp", "notreal",
	} {
		if strings.HasPrefix(string(b[:n]), p) {
			return true
		}
	}
	return false
}

const standIns = " placeholder todo fixme tbd dummy fake redacted replaceme changeme replace masked hidden "

const alone = " changeme replaceme placeholder todo fixme tbd dummy example sample none null nil undefined unset " +
	"empty redacted hidden masked fake replace na unknown default optional required true false yes no disabled " +
	"enabled auto automatic generated unused void foo bar baz foobar "

// constant reports whether the text is one character over and over, or known markers of Pulumi.
func constant(t string) bool {
	switch strings.ToLower(t) {
	case "n/a", "[secret]", "[unknown]", "(known after apply)", "...", "04da6b54-80e4-46f7-96ec-b56ff0331ba9":
		return true
	}
	if strings.HasPrefix(t, "output<") || strings.HasPrefix(t, "Output<") ||
		ascii.PrefixFold(t, "Calling [toString]") || ascii.PrefixFold(t, "[object ") ||
		strings.HasPrefix(t, "4dabf18193072939515e22adb298388d") ||
		strings.HasPrefix(t, "1b47061264138c4ac30d75fd1eb44270") {
		return true
	}
	first, distinct := t[0], 0
	for i := range len(t) {
		if t[i] != first {
			distinct++
		}
	}
	return distinct == 0 && len(t) >= 3 || distinct*8 < len(t) && strings.IndexByte("xX*.0-_#", first) >= 0
}
