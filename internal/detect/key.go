package detect

import "strings"

// A key name is judged by its last words, as English compounds are: dbPassword is a password, passwordPolicy a policy,
// secretArn an ARN. So no list of harmless names is needed beside the few in deny.

// maxWords bounds the words of a name that are looked at, counted from its end.
const maxWords = 8

// name is a key split into lower-case words; it lives on the stack.
type name struct {
	buffer [96]byte
	start  [maxWords]uint8
	end    [maxWords]uint8
	n      int
}

// is reports whether the i-th word from the end is one of the words of the list.
func (w *name) is(i int, list string) bool {
	i = w.n - 1 - i
	if i < 0 || i >= w.n {
		return false
	}
	return within(list, w.buffer[w.start[i]:w.end[i]])
}

func (w *name) any(list string) bool {
	for i := range w.n {
		if within(list, w.buffer[w.start[i]:w.end[i]]) {
			return true
		}
	}
	return false
}

// within reports whether list, words between single spaces with one at either end, holds the word.
func within(list string, word []byte) bool {
	for from := 0; ; {
		i := strings.IndexByte(list[from:], ' ')
		if i < 0 || from+i+1 >= len(list) {
			return false
		}
		from += i + 1
		rest := list[from:]
		if len(rest) > len(word) && rest[len(word)] == ' ' && rest[:len(word)] == string(word) {
			return true
		}
	}
}

// segment returns the last segment of a dotted path, without indexes and quotes, and the path before it.
func segment(key string) (last, before string) {
	for strings.HasSuffix(key, "]") {
		i := strings.LastIndexByte(key, '[')
		if i < 0 {
			break
		}
		inner := strings.Trim(key[i+1:len(key)-1], `"'`)
		if inner != "" && !number(inner) {
			before, key = key[:i], inner
			break
		}
		key = key[:i]
	}
	i := strings.LastIndexAny(key, ".:/")
	if i < 0 {
		return key, before
	}
	if i == len(key)-1 {
		return segment(key[:i])
	}
	return key[i+1:], key[:i]
}

func number(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// split cuts the name at case changes, digits and punctuation, and drops digits.
func split(w *name, s string) {
	if len(s) > len(w.buffer) {
		s = s[len(s)-len(w.buffer):]
	}
	w.n = 0
	begin := -1
	for i := 0; i <= len(s); i++ {
		boundary := true
		if i < len(s) {
			c := s[i]
			w.buffer[i] = lowerByte(c)
			switch {
			case isLower(c) || c >= 0x80:
				boundary = false
			case isUpper(c):
				lowerBefore := i > 0 && isLower(s[i-1])
				lastOfRun := i > 0 && isUpper(s[i-1]) && i+1 < len(s) && isLower(s[i+1]) &&
					(i+2 >= len(s) || s[i+1] != 's' || isLower(s[i+2]))
				boundary = lowerBefore || lastOfRun
			}
		}
		if !boundary {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			w.push(begin, i)
		}
		begin = -1
		if i < len(s) && isLetter(s[i]) {
			begin = i
		}
	}
}

func (w *name) push(begin, end int) {
	if w.n == maxWords {
		copy(w.start[:], w.start[1:])
		copy(w.end[:], w.end[1:])
		w.n--
	}
	w.start[w.n], w.end[w.n] = uint8(begin), uint8(end) //nolint:gosec // both are at most len(buffer)
	w.n++
}

const (
	tails = " value values string text plain plaintext data content binary base b hex raw current previous old new wo default primary secondary prod dev test env var override literal "

	passwords = " password passwords passwd passphrase passphrases passcode pwd passwort "
	randoms   = " secret secrets token tokens credential credentials creds cred pass pw psk pat apikey apikeys secretkey privatekey " +
		"accesstoken accesskey authtoken clientsecret apitoken apisecret authkey signingkey encryptionkey masterkey secretaccesskey "
	keyBefore = " api secret private access encryption signing sign master account shared preshared auth storage session service " +
		"subscription function admin hmac aes root app application integration routing ingest ingestion consumer registration server webhook " +
		"activation license deploy jwt cookie client sas bot rsa decryption crypto "
	keyPublic = " public partition sort hash range object s3 s cache kms ssh host index foreign verify verification primarykey map " +
		"tag label group order row column field lookup config json yaml meta metadata item message routingkey instrumentation idempotency " +
		"cert ca certificate annotation node topology translation i18n event query grouping dedup state "
	denyFirst = " manage use using enable enabled disable has is require required requires allow allows generate rotate reset force must change " +
		"show hide with without no skip auto should can need needs expire expires managed parse get check validate compare verify "
	denyAny     = " hashed encrypted sealed masked public hash digest checksum salt expiry expiration expires ttl amz goog "
	tokenBefore = " next previous forward backward page client request creation continuation idempotency update lock version result resource " +
		"dkim verification csrf source cancel resume sync task max min first last end stop start eos bos pad unk special stack design mapbox tooltip upload invalidation " +
		"reserved sentinel lower upper s change delta change ownership type num number of total "
	secretBefore = " pull tls existing external sealed kubernetes image registry cert certificate ingress "
	tokenUUID    = " api auth access hec refresh session bearer account bot vault secret npm "
)

// tierOf judges the last segment of the key; before is the path in front of it, if known.
func tierOf(key string) Tier {
	if !hinted(key) {
		return None
	}
	last, before := segment(key)
	if len(last) < 2 {
		return None
	}
	var w name
	split(&w, last)
	t := w.tier()
	if t == None && before != "" && w.n > 0 {
		// passwords.admin: the parent says what the children are
		parent, _ := segment(before)
		split(&w, parent)
		if w.is(0, " passwords ") && !w.denied() {
			return Password
		}
	}
	return t
}

// hinted reports whether the text holds the beginning of a word that gives a name a tier. Most names and most texts do not.
func hinted(t string) bool {
	for i := range len(t) - 1 {
		switch next := t[i+1] | 0x20; t[i] | 0x20 {
		case 'p':
			if next == 'a' && i+2 < len(t) && (t[i+2]|0x20 == 's' || t[i+2]|0x20 == 't') || next == 's' && i+2 < len(t) && t[i+2]|0x20 == 'k' || next == 'w' {
				return true
			}
		case 's':
			if next == 'e' && prefixFold(t[i:], "secret") {
				return true
			}
		case 't':
			if next == 'o' && prefixFold(t[i:], "token") {
				return true
			}
		case 'c':
			if next == 'r' && prefixFold(t[i:], "cred") {
				return true
			}
		case 'k':
			if next == 'e' && i+2 < len(t) && t[i+2]|0x20 == 'y' {
				return true
			}
		case 'a':
			if next == 'u' && prefixFold(t[i:], "auth") {
				return true
			}
		}
	}
	return false
}

func (w *name) trim() {
	for w.n > 1 && w.is(0, tails) {
		w.n--
	}
}

func (w *name) denied() bool { return w.n > 1 && w.is(w.n-1, denyFirst) || w.any(denyAny) }

func (w *name) tier() Tier {
	w.trim()
	if w.n == 0 {
		return None
	}
	if w.password() {
		if w.denied() {
			return None
		}
		return Password
	}
	if w.is(0, " key keys ") {
		return w.key()
	}
	if w.is(0, " base ") || !w.is(0, randoms) || w.denied() {
		return None
	}
	switch {
	case w.is(0, " token tokens ") && w.is(1, tokenBefore),
		w.is(0, " secret secrets ") && w.is(1, secretBefore),
		w.is(0, " pass ") && w.is(1, " proxy by low high band multi single first second all "),
		w.is(0, " accesskey ") && w.n > 1 && w.is(1, " public "):
		return None
	}
	return Random
}

func (w *name) password() bool {
	i := w.n - 1
	last := w.buffer[w.start[i]:w.end[i]]
	if within(passwords, last) {
		return true
	}
	for _, s := range [...]string{"password", "passwd", "passphrase", "passcode", "pwd"} {
		if len(last) > len(s) && string(last[len(last)-len(s):]) == s {
			return !within(" cwd oldpwd nopasswd nopassword ", last)
		}
	}
	return false
}

func (w *name) key() Tier {
	if w.denied() || w.n == 1 {
		return None
	}
	if w.is(1, keyBefore) {
		if w.is(1, " object ") {
			return None
		}
		return Random
	}
	if w.is(1, keyPublic) {
		return None
	}
	return Strong
}
