package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// formats looks for all token formats in the current text, in one pass.
func (s *scan) formats() {
	t := s.text
	s.work += len(t)
	if len(t) >= 8 {
		x := s.d.index
		h := roll(roll(0, t[0]), t[1])
		for i := 2; i < len(t); i++ {
			h = roll(h, t[i])
			if x.head[h] == 0 {
				continue
			}
			if len(s.found) >= maxFound {
				break
			}
			if end := s.candidates(x, x.head[h], i-2); end > i {
				i = end - 1
				h = roll(roll(roll(0, t[i-2]), t[i-1]), t[i])
			}
		}
	}
}

// extras looks for the patterns of the options in the current text. The original and every decoded text are looked at as
// a whole, so that a pattern may hold the name of a key too.
func (s *scan) extras() {
	for _, re := range s.d.extra {
		for _, at := range re.FindAllStringIndex(s.text, maxFound) {
			if at[0] < at[1] {
				s.add("extra-pattern", ReasonExtra, at[0], at[1])
			}
		}
	}
}

// candidates tries the rules of a chain at offset i and returns the end of the match, or 0.
func (s *scan) candidates(x *index, r uint8, i int) int {
	for ; r != 0; r = x.next[r-1] {
		rule := &rules[r-1]
		if !strings.HasPrefix(s.text[i:], rule.anchor) {
			continue
		}
		s.work += len(rule.anchor)
		var start, end int
		if rule.find != 0 {
			start, end = s.find(rule.find, i)
		} else {
			start, end = i, s.prefixed(rule, i)
		}
		if end > start && len(s.found) < maxFound && (s.file == nil || s.file.accepts(rule.id, start, end)) {
			s.add(rule.id, ReasonFormat, start, end)
			return end
		}
	}
	return 0
}

// prefixed returns the end of a token that is the anchor and a run of the rule's set, or 0.
func (s *scan) prefixed(r *rule, i int) int {
	if !boundary(s.text, i) || i > 0 && ascii.ClassOf(s.text[i-1])&ascii.Dash != 0 && (r.set == ascii.Hex || len(r.anchor) <= 4) {
		return 0
	}
	body := i + len(r.anchor)
	if head := s.run(body, r.set, r.min); head-body < r.min || !looks.Varied(s.text[body:head]) {
		return 0 // most candidates end here, so that long runs are walked for few
	}
	end := s.run(body, r.set, r.max+2)
	for end > body && s.text[end-1] == '.' { // the end of a sentence
		end--
	}
	if strings.HasSuffix(s.text[max(0, i-24):i], "X-Amz-Security-Token=") {
		return 0 // of a presigned URL, which expires and opens nothing else
	}
	if n := end - body; n < r.min || n > r.max || !looks.Varied(s.text[body:end]) {
		return 0
	}
	return end
}

// boundary reports whether a token may begin at i: not inside a word, but after an escape such as \n or %3D.
func boundary(t string, i int) bool {
	if i == 0 || !ascii.IsWord(t[i-1]) {
		return true
	}
	switch {
	case i >= 2 && t[i-2] == '\\' && strings.IndexByte("nrt", t[i-1]) >= 0:
	case i >= 3 && t[i-3] == '%' && ascii.IsHex(t[i-2]) && ascii.IsHex(t[i-1]):
	case i >= 6 && t[i-6] == '\\' && t[i-5] == 'u' && t[i-4] == '0' && t[i-3] == '0':
	default:
		return false
	}
	return true
}

// finder names the function that decides about a rule. It is no function value: those would make every scan escape to
// the heap.
type finder uint8

const (
	_ finder = iota
	accessKeyPair
	appToken
	slackToken
	slackWebhook
	discordWebhook
	teamsWebhook
	clientSecret
	azure88
	azure44
	azure52
	azure56
	azureCommon
	azureDevOps
	sharedAccess
	privateKey
	puttyKey
	webToken
	openAI
	terraformToken
	originCA
	credentialedURL
	sourceName
	bearer
	basic
	tokenHeader
)

// find returns the span of the secret around the anchor at i; end is 0 when there is none.
func (s *scan) find(f finder, i int) (start, end int) {
	switch f {
	case accessKeyPair:
		return s.accessKeyPair(i)
	case appToken:
		return s.appToken(i)
	case slackToken:
		return s.slackToken(i)
	case slackWebhook:
		return s.webhook(i, len("hooks.slack.com/"), 40)
	case discordWebhook:
		return s.webhook(i, len("/api/webhooks/"), 60)
	case teamsWebhook:
		return s.webhook(i, len(".webhook.office.com/webhookb2/"), 80)
	case clientSecret:
		return s.clientSecret(i)
	case azure88:
		return s.signed(i, 76, 4+6, "==")
	case azure44:
		return s.signed(i, 33, 4+6, "=")
	case azure52:
		return s.signed(i, 42, 4+6, "")
	case azure56:
		return s.signed(i, 44, 4+5, "==")
	case azureCommon:
		return s.azureCommon(i)
	case azureDevOps:
		return s.signed(i, 76, 4+4, "")
	case sharedAccess:
		return s.sharedAccess(i)
	case privateKey:
		return s.privateKey(i)
	case puttyKey:
		return s.puttyKey(i)
	case webToken:
		return s.webToken(i)
	case openAI:
		return s.openAI(i)
	case terraformToken:
		return s.terraformToken(i)
	case originCA:
		return s.originCA(i)
	case credentialedURL:
		return s.credentialedURL(i)
	case sourceName:
		return s.sourceName(i)
	case bearer:
		return s.bearer(i)
	case basic:
		return s.basic(i)
	case tokenHeader:
		return s.tokenHeader(i)
	}
	return 0, 0
}
