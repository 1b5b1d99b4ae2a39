package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) AzureClientSecret() Format {
	return Format{
		ID: "azure-client-secret", Title: "an Entra ID client secret", Cloud: "azure",
		Matches: "three characters, a digit, Q~ and 31 to 34 more",
		Source:  "https://github.com/microsoft/security-utilities",
		Forms: []Form{
			{Anchor: "7Q~", Test: clientSecret},
			{Anchor: "8Q~", Test: clientSecret},
			{Anchor: "9Q~", Test: clientSecret},
			{Anchor: "6Q~", Test: clientSecret},
			{Anchor: "0Q~", Test: clientSecret},
			{Anchor: "1Q~", Test: clientSecret},
			{Anchor: "2Q~", Test: clientSecret},
			{Anchor: "3Q~", Test: clientSecret},
			{Anchor: "4Q~", Test: clientSecret},
			{Anchor: "5Q~", Test: clientSecret},
		},
		Samples: func(m Maker) Samples {
			var s Samples
			for d := range strings.SplitSeq(SetDigits, "") {
				s.True = append(s.True, texts(
					m.Of(SetAlnum, 3)+d+"Q~"+m.Of(SetAlnum, 34),
					"secret="+m.Of(SetAlnum, 3)+d+"Q~"+m.Of(SetAlnum, 31)+"&x=1",
				)...)
				s.False = append(s.False, texts(
					m.Of(SetAlnum, 3)+d+"Q~"+m.Of(SetAlnum, 12), d+"Q~", m.Of(SetAlnum, 40),
				)...)
			}
			return s
		},
	}
}

func (known) AzureDevOpsToken() Format {
	return Format{
		ID: "azure-devops-token", Title: "an Azure DevOps token",
		Matches: "84 characters with AZDO near the end",
		Source:  "https://github.com/microsoft/security-utilities",
		Forms: []Form{
			{Anchor: "AZDO", Test: signed(76, 4, "")},
		},
		Samples: func(m Maker) Samples {
			return m.Signed(76, "AZDO", 4, "")
		},
	}
}

func (known) AzureKey() Format {
	return Format{
		ID: "azure-key", Title: "an Azure service key",
		Matches: "keys with the signature of their service at a fixed position, and common annotated keys (JQQJ9)",
		Source:  "https://github.com/microsoft/security-utilities",
		Forms: []Form{
			{Anchor: "ACDb", Test: signed(76, 6, "==")},
			{Anchor: "+ABa", Test: signed(76, 6, "==")},
			{Anchor: "+AMC", Test: signed(76, 6, "==")},
			{Anchor: "APIM", Test: signed(76, 6, "==")},
			{Anchor: "+ASb", Test: signed(33, 6, "=")},
			{Anchor: "+AEh", Test: signed(33, 6, "=")},
			{Anchor: "+ARm", Test: signed(33, 6, "=")},
			{Anchor: "AIoT", Test: signed(33, 6, "=")},
			{Anchor: "AzCa", Test: signed(33, 6, "=")},
			{Anchor: "AZEG", Test: signed(33, 6, "=")},
			{Anchor: "AzSe", Test: signed(42, 6, "")},
			{Anchor: "+ACR", Test: signed(42, 6, "")},
			{Anchor: "AzFu", Test: signed(44, 5, "==")},
			{Anchor: "JQQJ9", Test: azureCommon},
		},
		Samples: func(m Maker) Samples {
			return join(
				m.Signed(76, "ACDb", 6, "=="),
				m.Signed(76, "+ABa", 6, "=="),
				m.Signed(76, "+AMC", 6, "=="),
				m.Signed(76, "APIM", 6, "=="),
				m.Signed(33, "+ASb", 6, "="),
				m.Signed(33, "+AEh", 6, "="),
				m.Signed(33, "+ARm", 6, "="),
				m.Signed(33, "AIoT", 6, "="),
				m.Signed(33, "AzCa", 6, "="),
				m.Signed(33, "AZEG", 6, "="),
				m.Signed(42, "AzSe", 6, ""),
				m.Signed(42, "+ACR", 6, ""),
				m.Signed(44, "AzFu", 5, "=="),
				Samples{True: texts(
					m.Of(SetAlnum, 52) + "JQQJ" + "99" + m.Of(SetAlnum, 27),
				), False: texts(m.Of(SetAlnum, 20)+"JQQJ"+"99"+m.Of(SetAlnum, 27), "JQQJ"+"99")},
			)
		},
	}
}

func (known) AzureSAS() Format {
	return Format{
		ID: "azure-sas", Title: "an Azure shared access signature",
		Matches: "sig= with 32 bytes of base64 beside se= and sv= or sr=",
		Source:  "https://learn.microsoft.com/azure/storage/common/storage-sas-overview",
		Forms: []Form{
			{Anchor: "sig=", Test: sharedAccess},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					"https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027-01-01&sp=r&sig="+
						m.Of(SetAlnum, 40)+"%2Bx%3D",
					"https://b.servicebus.windows.net?sr=x&sig="+m.Of(SetAlnum, 43)+"%3D&se=1&skn=k",
				),
				False: texts(
					"https://x.io/?sig="+m.Of(SetAlnum, 44),
					"https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027-01-01&sig=${sig}",
				),
			}
		},
	}
}

func (known) AzureStorageKey() Format {
	return Format{
		ID: "azure-storage-key", Title: "an Azure storage account key", Cloud: "azure",
		Matches: "88 characters of base64 with +ASt at a fixed position",
		Source:  "https://github.com/microsoft/security-utilities",
		Forms: []Form{
			{Anchor: "+ASt", Test: signed(76, 6, "==")},
		},
		Samples: func(m Maker) Samples {
			return m.Signed(76, "+ASt", 6, "==")
		},
	}
}

// azureCommon finds the common annotated keys of Azure: 52 letters and digits, the mark, 84 or 88 in all.
func azureCommon(c *Cursor, i, body int) (start, end int) {
	start = i - 52
	if start < 0 || c.Back(i, ascii.Alnum, 53) != start {
		return 0, 0
	}
	end = c.Run(i, ascii.Base64, 40)
	if n := end - start; n < 80 || n > 88 || strings.IndexByte("9DH", c.Text[body]) < 0 {
		return 0, 0
	}
	return start, c.Run(end, ascii.Pad, 2)
}

// clientSecret finds the client secrets of Entra ID: three characters, a digit, Q~, 31 to 34 more.
func clientSecret(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	start = i - 3
	if start < 0 {
		return 0, 0
	}
	for j := start; j < i; j++ {
		if !tilde(t[j]) {
			return 0, 0
		}
	}
	if start > 0 && tilde(t[start-1]) && t[start-1] != '.' && !boundary(t, start) {
		return 0, 0
	}
	end = body
	for end < len(t) && end < body+40 && tilde(t[end]) {
		end++
	}
	c.Work += end - start
	if end > body+34 && t[body+34] == '.' {
		end = body + 34
	}
	if n := end - body; n < 31 || n > 35 || !looks.Varied(t[body:end]) {
		return 0, 0
	}
	return start, end
}

func tilde(c byte) bool { return ascii.IsWord(c) || c == '~' || c == '_' || c == '.' || c == '-' }

// sharedAccess finds the signature of a shared access signature: 32 bytes in base64, often URL-encoded, beside the
// other parameters of one.
func sharedAccess(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	if i == 0 || t[i-1] != '&' && t[i-1] != '?' && t[i-1] != ';' && t[i-1] != ' ' && t[i-1] != '"' {
		return 0, 0
	}
	start, end = body, body
	n := 0
	for end < len(t) && n < 50 {
		switch {
		case t[end] == '%' && end+2 < len(t) && ascii.IsHex(t[end+1]) && ascii.IsHex(t[end+2]):
			end += 3
		case ascii.ClassOf(t[end])&(ascii.Base64|ascii.Dash|ascii.Pad) != 0:
			end++
		default:
			goto done
		}
		n++
	}
done:
	c.Work += end - start
	if n < 42 || n > 45 || !looks.Varied(t[start:end]) {
		return 0, 0
	}
	from, to := i, end
	for from > 0 && i-from < 512 && !ascii.IsSpace(t[from-1]) && t[from-1] != '"' && t[from-1] != '\'' {
		from--
	}
	for to < len(t) && to-end < 256 && !ascii.IsSpace(t[to]) && t[to] != '"' && t[to] != '\'' {
		to++
	}
	c.Work += to - from
	around := t[from:to]
	if strings.Contains(around, "se=") && (strings.Contains(around, "sv=") || strings.Contains(around, "sr=")) {
		return start, end
	}
	return 0, 0
}
