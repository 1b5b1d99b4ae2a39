package place

import "testing"

func TestVisible(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, text, line string }{
		{"ASCII", "shop/production", "shop/production", "shop/production"},
		{
			"accents, composed and combining", "Gar\u00e7on cafe\u0301", "Gar\u00e7on cafe\u0301",
			"Gar\u00e7on cafe\u0301",
		},
		{
			"CJK with its space", "\u30b7\u30fc\u30af\u30ec\u30c3\u30c8\u3000\u79d8\u5bc6",
			"\u30b7\u30fc\u30af\u30ec\u30c3\u30c8\u3000\u79d8\u5bc6",
			"\u30b7\u30fc\u30af\u30ec\u30c3\u30c8\u3000\u79d8\u5bc6",
		},
		{
			"emoji", "\U0001f511 \u2764\ufe0f \U0001f44d\U0001f3fd", "\U0001f511 \u2764\ufe0f \U0001f44d\U0001f3fd",
			"\U0001f511 \u2764\ufe0f \U0001f44d\U0001f3fd",
		},
		{
			"a family", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
			"\U0001f468\u200d\U0001f469\u200d\U0001f467",
		},
		{
			"a picture as text before a joiner", "\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525",
			"\u2764\ufe0f\u200d\U0001f525",
		},
		{
			"Persian with a non-joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
			"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		},
		{"lines", "a\nb\tc", "a\nb  c", `a\nb\tc`},
		{"line ends of Windows", "a\r\nb", "a\nb", `a\r\nb`},
		{"a carriage return", "a\rb", `a\rb`, `a\rb`},
		{"a colour", "\x1b[31mred", `\x1b[31mred`, `\x1b[31mred`},
		{"C1 controls", "\u009b31m\u0085", `\x9b31m\x85`, `\x9b31m\x85`},
		{"a null and a delete", "\x00\x7f", `\x00\x7f`, `\x00\x7f`},
		{"the direction of a text", "\u202e\u2066\u200f\u061c", `\u202e\u2066\u200f\u061c`, `\u202e\u2066\u200f\u061c`},
		{"no width", "a\u200bb\ufeffc\u2060d\u00ade", `a\u200bb\ufeffc\u2060d\xade`, `a\u200bb\ufeffc\u2060d\xade`},
		{"joiners between letters", "ad\u200dmin\u200c", `ad\u200dmin\u200c`, `ad\u200dmin\u200c`},
		{
			"letters that are blank", "a\u3164b\u115f\uffa0\u034f", `a\u3164b\u115f\uffa0\u034f`,
			`a\u3164b\u115f\uffa0\u034f`,
		},
		{"tags and hidden variations", "a\U000e0041\U000e0100", `a\U000e0041\U000e0100`, `a\U000e0041\U000e0100`},
		{"line and paragraph separators", "a\u2028b\u2029", `a\u2028b\u2029`, `a\u2028b\u2029`},
		{"no UTF-8", "a\xffb", `a\xffb`, `a\xffb`},
		{"a replacement character", "a\ufffdb", "a\ufffdb", "a\ufffdb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := VisibleLines(tt.give); got != tt.text {
				t.Errorf("VisibleLines: mismatch\nwant %q\ngot  %q", tt.text, got)
			}
			if got := Visible(tt.give); got != tt.line {
				t.Errorf("Visible: mismatch\nwant %q\ngot  %q", tt.line, got)
			}
			if got := Visible(Visible(tt.give)); got != tt.line {
				t.Errorf("twice: mismatch\nwant %q\ngot  %q", tt.line, got)
			}
		})
	}
}
