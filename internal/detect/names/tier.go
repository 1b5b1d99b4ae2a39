package names

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// Tier is how strongly a key name suggests that its value is a secret.
type Tier uint8

// The tiers of key names.
const (
	None     Tier = iota // nothing: only formats count
	Password             // any literal is a secret, a weak one too
	Random               // a value that looks random is a secret
	Strong               // only long base64 with high entropy is a secret
)

// String returns the name of the tier as used in the documentation.
func (t Tier) String() string { return [...]string{"none", "password", "random", "strong"}[t&3] }

const (
	tails = " value values string text plain plaintext data content binary base b hex raw current previous old new " +
		"wo default primary secondary prod dev test env var override literal output out result "

	passwords = " password passwords passwd passphrase passphrases passcode pwd passwort requirepass masterauth " +
		"storepass keypass "
	randoms = " secret secrets token tokens credential credentials creds cred pass pw psk pat apikey apikeys " +
		"secretkey privatekey accesstoken accesskey authtoken clientsecret apitoken apisecret authkey signingkey " +
		"encryptionkey masterkey secretaccesskey "
	keyBefore = " api secret private access encryption signing sign master account shared preshared auth storage " +
		"session service subscription function admin hmac aes root app application integration routing ingest " +
		"ingestion consumer registration server webhook activation license deploy jwt cookie client sas bot rsa " +
		"decryption crypto "
	keyPublic = " public partition sort hash range object s3 s cache kms ssh host index foreign verify verification " +
		"primarykey map tag label group order row column field lookup config json yaml meta metadata item message " +
		"routingkey instrumentation idempotency cert ca certificate annotation node topology translation i18n event " +
		"query grouping dedup state "
	denyFirst = " manage use using enable enabled disable has is require required requires allow allows generate " +
		"rotate reset force must change show hide with without no skip auto should can need needs expire expires " +
		"managed parse get check validate compare verify "
	denyAny = " hashed encrypted sealed masked public hash digest checksum salt expiry expiration expires ttl amz " +
		"goog "
	tokenBefore = " next previous forward backward page client request creation continuation idempotency update lock " +
		"version result resource dkim verification csrf source cancel resume sync task max min first last end stop " +
		"start eos bos pad unk special stack design mapbox tooltip upload invalidation reserved sentinel lower upper " +
		"s change delta change ownership type num number of total "
	secretBefore = " set update remove build pull tls existing external sealed kubernetes image registry cert " +
		"certificate ingress "
)

// TierOf returns the tier of the last segment of the key or, if that has none, of the one before it.
func TierOf(key string) Tier {
	if !Hinted(key) {
		return None
	}
	last, before := Segment(key)
	if setting, ok := ofStorage(key); ok {
		last, before = setting, ""
	}
	if len(last) < 2 {
		return None
	}
	var w Words
	Split(&w, last)
	t := w.tier()
	if t == None && before != "" && w.N > 0 {
		// passwords.admin: the parent says what the children are
		parent, _ := Segment(before)
		Split(&w, parent)
		if w.Is(0, " passwords ") && !w.denied() {
			return Password
		}
	}
	return t
}

// ofStorage returns the setting of Spark and Hadoop whose name ends in the host of an account of Azure Storage:
// fs.azure.account.key of fs.azure.account.key.logs.dfs.core.windows.net.
func ofStorage(key string) (setting string, ok bool) {
	setting, ok = strings.CutSuffix(key, ".core.windows.net")
	for range 2 { // the service and the account
		i := strings.LastIndexByte(setting, '.')
		if !ok || i < 0 {
			return "", false
		}
		setting = setting[:i]
	}
	return setting, true
}

// Hinted reports whether the text contains the beginning of a word that gives a name a tier. Most names and most texts
// do not.
func Hinted(t string) bool { return hint(t, 0) >= 0 }

// hints has, for each byte, the groups of the first two letters of such words: in the lower half those that it is the
// first letter of, in the upper half those that it is the second letter of.
var hints = func() (all [256]uint8) {
	for i, group := range [...][2]string{{"p", "asw"}, {"sk", "e"}, {"nt", "o"}, {"ca", "ru"}} {
		for _, letter := range [...]byte{0, 0x20} {
			for _, c := range []byte(group[0]) {
				all[c-0x20+letter] |= 1 << i
			}
			for _, c := range []byte(group[1]) {
				all[c-0x20+letter] |= 0x10 << i
			}
		}
	}
	return all
}()

// hint returns where such a word begins, at or after i, and -1 where there is none.
func hint(t string, i int) int {
	for ; i < len(t)-1; i++ {
		if hints[t[i]]&(hints[t[i+1]]>>4) == 0 {
			continue
		}
		switch next := t[i+1] | 0x20; t[i] | 0x20 {
		case 'p':
			if next == 'a' && i+2 < len(t) && (t[i+2]|0x20 == 's' || t[i+2]|0x20 == 't') || next == 's' &&
				i+2 < len(t) && t[i+2]|0x20 == 'k' || next == 'w' {
				return i
			}
		case 's':
			if next == 'e' && (ascii.PrefixFold(t[i:], "secret") || ascii.PrefixFold(t[i:], "secure") ||
				ascii.PrefixFold(t[i:], "sensitive")) {
				return i
			}
		case 'n':
			if next == 'o' && ascii.PrefixFold(t[i:], "noecho") {
				return i
			}
		case 't':
			if next == 'o' && ascii.PrefixFold(t[i:], "token") {
				return i
			}
		case 'c':
			if next == 'r' && ascii.PrefixFold(t[i:], "cred") {
				return i
			}
		case 'k':
			if next == 'e' && i+2 < len(t) && t[i+2]|0x20 == 'y' {
				return i
			}
		case 'a':
			if next == 'u' && ascii.PrefixFold(t[i:], "auth") {
				return i
			}
		}
	}
	return -1
}

// Promised reports whether the text contains a name that suggests a secret, whatever follows it.
func Promised(t string) bool {
	for i := hint(t, 0); i >= 0; i = hint(t, i) {
		from := ascii.Back(t, i, ascii.Dotted, maxName)
		to := ascii.Run(t, i, ascii.Dotted, maxName)
		if Promises(t[from:to]) {
			return true
		}
		i = to
	}
	return false
}

// Promises reports whether a name suggests that its value, or one beside it, may be a secret.
func Promises(key string) bool {
	return TierOf(key) != None || Header(key) || ascii.ContainsFold(key, "secure") ||
		ascii.ContainsFold(key, "noecho") ||
		ascii.ContainsFold(key, "sensitive")
}

// maxName bounds the length of a name that is looked at.
const maxName = 80

// Trim drops words from the end that are irrelevant to the meaning: Value, String, Old, Prod.
func (w *Words) Trim() {
	for w.N > 1 && w.Is(0, tails) {
		w.N--
	}
}

func (w *Words) denied() bool { return w.N > 1 && w.Is(w.N-1, denyFirst) || w.Any(denyAny) }

func (w *Words) tier() Tier {
	w.Trim()
	if w.N == 0 {
		return None
	}
	if w.password() {
		if w.denied() {
			return None
		}
		return Password
	}
	if w.Is(0, " key keys ") {
		return w.key()
	}
	if w.Is(0, " base ") || !w.Is(0, randoms) || w.denied() {
		return None
	}
	switch {
	case w.Is(0, " token tokens ") && w.Is(1, tokenBefore),
		w.Is(0, " secret secrets ") && w.Is(1, secretBefore),
		w.Is(0, " pass ") && w.Is(1, " proxy by low high band multi single first second all "),
		w.Is(0, " accesskey ") && w.N > 1 && w.Is(1, " public "):
		return None
	}
	return Random
}

func (w *Words) password() bool {
	i := w.N - 1
	last := w.buffer[w.start[i]:w.end[i]]
	if Within(passwords, last) {
		return true
	}
	for _, s := range [...]string{"password", "passwd", "passphrase", "passcode", "pwd"} {
		if len(last) > len(s) && string(last[len(last)-len(s):]) == s {
			return !Within(" cwd oldpwd nopasswd nopassword ", last)
		}
	}
	return false
}

func (w *Words) key() Tier {
	if w.denied() || w.N == 1 {
		return None
	}
	if w.Is(1, keyBefore) {
		if w.Is(1, " object ") {
			return None
		}
		return Random
	}
	if w.Is(1, keyPublic) {
		return None
	}
	return Strong
}
