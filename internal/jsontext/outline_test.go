package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rules leave out what the tests call so: parts, what is dropped, and items without what is wanted.
func rules() *Rule {
	nested := &Rule{Fields: map[string]*Rule{"part": {Part: true}, "drop": {Drop: true}}}
	nested.Fields["inner"] = &Rule{Items: nested}
	nested.Fields["only"] = &Rule{Items: &Rule{Only: `"wanted"`, Fields: map[string]*Rule{"part": {Part: true}}}}
	nested.Fields["parts"] = &Rule{Fields: map[string]*Rule{"*": {Part: true}}}
	nested.Fields["drops"] = &Rule{Items: &Rule{Drop: true}}
	return nested
}

func TestOutline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give, want string
		parts            []string
	}{
		{"nothing to leave out", ` { "a" : [ 1 , {"b\n": null } ] } `, `{"a":[1,{"b\n":null}]}`, nil},
		{
			"parts of all kinds",
			`{"part": {"a": [1]}, "inner": [{"part": [ 1, 2 ]}, {"part": "x"}, {"part": -1.5}, {"part": true}, {"part": null}]}`,
			`{"part":{"":1},"inner":[{"part":[2]},{"part":"3"},{"part":4},{"part":true},{"part":null}]}`,
			[]string{`{"a": [1]}`, `[ 1, 2 ]`, `"x"`, `-1.5`},
		},
		{"fields dropped", `{"drop": 1, "a": 2, "drop": {"x": "}"}, "b": 3, "drop": 4}`, `{"a":2,"b":3}`, nil},
		{"all fields dropped", `{"drop": 1}`, `{}`, nil},
		{"items dropped", `{"drops": [1, {"a": 2}, []]}`, `{"drops":[null,null,null]}`, nil},
		{
			"items without what is wanted",
			`{"only": [{"mode": "wanted", "part": {}}, {"part": {"wanted": 1}}, 7, {"part": [1], "mode": "wanted"}]}`,
			`{"only":[{"mode":"wanted","part":{"":1}},null,null,{"part":[2],"mode":"wanted"}]}`,
			[]string{`{}`, `[1]`},
		},
		{
			"keys in other spellings", `{"PART": {"a": 1}, "inner": [{"p\u0061rt": [1]}, {"DROP": 1}]}`,
			`{"PART":{"":1},"inner":[{"p\u0061rt":[2]},{}]}`,
			[]string{`{"a": 1}`, `[1]`},
		},
		{"any key", `{"parts": {"a": [1], "b": {}}}`, `{"parts":{"a":[1],"b":{"":2}}}`, []string{`[1]`, `{}`}},
		{"other kinds than the rules are for", `{"inner": {"part": 1}, "parts": [1]}`, `{"inner":{"part":1},"parts":[1]}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for size := range int64(9) {
				o, err := scan(window{src: Bytes([]byte(tt.give)), size: size}, rules(), "x")
				if err != nil {
					t.Fatal(err)
				}
				if string(o.Text) != tt.want {
					t.Fatalf("got  %s\nwant %s", o.Text, tt.want)
				}
				var got []string
				r := o.Parts()
				for i := range o.parts {
					text, err := r.Bytes(Part{n: i + 1})
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, string(text))
				}
				if diff := cmp.Diff(tt.parts, got); diff != "" {
					t.Fatalf("parts: mismatch (-want +got)\n%s", diff)
				}
			}
		})
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	give := `{"part": {"a": [1, true, "é\n"]}, "inner": [{"part": false}, {"part": null}, {}, {"part": 2}]}`
	o, err := Scan(Bytes([]byte(give)), rules(), "x")
	if err != nil {
		t.Fatal(err)
	}
	type one struct {
		Part  Part  `json:"part"`
		Inner []one `json:"inner"`
	}
	var v one
	if err := o.Unmarshal(&v, "x"); err != nil {
		t.Fatal(err)
	}
	r := o.Parts()
	for _, tt := range []struct {
		give Part
		kind byte
		none bool
		want any
	}{
		{v.Part, '{', false, map[string]any{"a": []any{1.0, true, "é\n"}}},
		{v.Inner[0].Part, 'f', false, false},
		{v.Inner[1].Part, 'n', true, nil},
		{v.Inner[2].Part, 0, true, nil},
		{v.Inner[3].Part, 0, false, 2.0},
	} {
		got, err := r.Value(tt.give)
		if err != nil || tt.give.Kind() != tt.kind || tt.give.None() != tt.none {
			t.Errorf("got kind %q, none %v, %v; want %q, %v", tt.give.Kind(), tt.give.None(), err, tt.kind, tt.none)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("mismatch (-want +got)\n%s", diff)
		}
	}
	if e := o.FailIn(v.Part, []any{"a", 1}, "x"); e.Error() != "1:20: x" {
		t.Errorf("got %v", e)
	}
}

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", maxNesting+1) + " "
	for _, tt := range []struct{ name, give, want string }{
		{"nothing", " \n", "it is empty; expected x"},
		{"text", "\n  canary", "2:3: this is not JSON; expected x"},
		{"a key twice", "{\"a\": 1,\n\"inner\": [{\"part\": {}, \"PART\": 1}]}", `2:24: the key "PART" occurs twice in an object`},
		{"something behind it", "{}\n {}", "2:2: this is not JSON; expected x"},
		{"cut off in a string", "{\"a\": \"canary", "1:14: the JSON ends too early, so the file is truncated; expected x"},
		{"cut off", "{\"a\": [1, \n\n", "1:10: the JSON ends too early, so the file is truncated; expected x"},
		{"cut off in a string with a line break behind it", "{\"a\": \"canary\n", "1:14: the JSON ends too early, so the file is truncated; expected x"},
		{"cut off in an escape", `{"a": "\u00`, "1:12: the JSON ends too early, so the file is truncated; expected x"},
		{"cut off in a part", `{"part": {"a": 1`, "1:17: the JSON ends too early, so the file is truncated; expected x"},
		{"a line break in a string", "{\"a\": \"\n\"}", "1:8: this is not JSON; expected x"},
		{"another escape", `{"a": "\x"}`, "1:9: this is not JSON; expected x"},
		{"a number that is none", `{"part": 01}`, "1:11: this is not JSON; expected x"},
		{"the wrong bracket", `{"part": [1} `, "1:12: this is not JSON; expected x"},
		{"a comma too many", `{"part": 1,} `, "1:12: this is not JSON; expected x"},
		{"a word that is none", `{"part": nul1}`, "1:13: this is not JSON; expected x"},
		{"an end of nothing", `] `, "1:1: this is not JSON; expected x"},
		{"nested too deeply", deep, fmt.Sprintf("1:%d: this is not JSON; expected x", len(deep)-1)},
		{"a byte of zero", "{\x00}", "1:2: this is not JSON; expected x"},
	} {
		for size := range int64(9) {
			_, err := scan(window{src: Bytes([]byte(tt.give)), size: size}, rules(), "x")
			if err == nil || err.Error() != tt.want {
				t.Errorf("%s, read by %d: got %v, want %s", tt.name, size, err, tt.want)
			}
		}
	}
}

// broken is a source that cannot be read beyond an offset.
type broken struct {
	Source
	at int64
}

func (b broken) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > b.at {
		return 0, errors.New("the disk is broken")
	}
	return b.Source.ReadAt(p, at)
}

// What cannot be read is no end of the text.
func TestSourceThatBreaks(t *testing.T) {
	t.Parallel()
	text := `{"part": {"a": "b"}, "c": [1, 2, true]}  `
	for at := range int64(len(text)) {
		_, err := scan(window{src: broken{Bytes([]byte(text)), at}, size: 1}, rules(), "x")
		if err == nil || err.Error() != "the disk is broken" {
			t.Errorf("at %d: got %v", at, err)
		}
	}
	o, err := Scan(Bytes([]byte(text)), rules(), "x")
	if err != nil {
		t.Fatal(err)
	}
	o.src = broken{o.src, 0}
	if _, err := o.Parts().Value(Part{n: 1, kind: '{'}); err == nil || err.Error() != "the disk is broken" {
		t.Errorf("a part: got %v", err)
	}
	if _, err := Documents(broken{Bytes([]byte(text)), 0}); err == nil || err.Error() != "the disk is broken" {
		t.Errorf("the documents: got %v", err)
	}
}

// An error of the wrong type is where the value is in the source, whatever the outline leaves out.
func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	type one struct {
		A     []string `json:"a"`
		Inner []struct {
			B string `json:"b"`
		} `json:"inner"`
	}
	for _, tt := range []struct{ name, give, want string }{
		{"a string", "{\"part\": {\"a\": [1]},\n \"a\": \"canary\"}", "2:14: a: expected a list, got a string"},
		{
			"an object behind much", "{\"drop\": [1, 2], \"inner\": [{\"part\": [3, 4]},\n  {\"drop\": {}, \"b\": {}}]}",
			"2:21: inner.b: expected a string, got an object",
		},
		{"another document", "\n [1]", "2:2: this is a list; expected x"},
	} {
		o, err := Scan(Bytes([]byte(tt.give)), rules(), "x")
		if err != nil {
			t.Fatal(err)
		}
		var v, plain one
		if err = o.Unmarshal(&v, "x"); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
		if want := Wrong([]byte(tt.give), json.Unmarshal([]byte(tt.give), &plain), "x"); want.Error() != tt.want {
			t.Errorf("%s: without an outline: %v", tt.name, want)
		}
	}
}

// FuzzOutline: the syntax is that of encoding/json, and an outline without rules is the compact text; so are all values.
func FuzzOutline(f *testing.F) {
	for _, seed := range []string{
		`{"part": {"a": [1, -0.5e3, true]}, "inner": [{"drop": "\u00e9\"\\"}, null]}`, `[1e999, "` + "\xff" + `"]`,
		`{"a": "\ud800", "only": [{"part": "wanted"}]}`, "[[[[", "[1,]", "\"\x7f\"", "-", "1 2", "{\"a\":{\"a\":1,\"a\":2}}",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		w := window{src: Bytes(data), size: int64(max(size, 0) % 64)}
		o, err := scan(w, nil, "x")
		var want any
		wrong := json.Unmarshal(data, &want)
		var syntax *json.SyntaxError
		if invalid := errors.As(wrong, &syntax); (err != nil) != invalid {
			t.Fatalf("got %v, want %v", err, wrong)
		}
		if _, err := scan(w, rules(), "x"); err == nil && errors.As(wrong, &syntax) {
			t.Fatalf("with rules: got no error, want %v", wrong)
		}
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %T", err)
			}
			if want := Wrong(data, wrong, "x"); want.Error() != e.Error() && len(bytes.TrimSpace(data)) > 0 {
				t.Errorf("got %v, want %v", e, want)
			}
			return
		}
		var decoder Decoder
		got, err := decoder.Decode(data)
		if (err != nil) != (wrong != nil) {
			t.Fatalf("got %v, want %v", err, wrong)
		}
		if diff := cmp.Diff(want, got); err == nil && diff != "" {
			t.Errorf("mismatch (-want +got)\n%s", diff)
		}
		if again, err := decoder.Decode(o.Text); (err != nil) != (wrong != nil) || err == nil && !cmp.Equal(want, again) {
			t.Errorf("the outline is another document: %v, %s", err, o.Text)
		}
		for i := range o.Text {
			if at := o.locate(int64(i)); at >= int64(len(data)) || data[at] != o.Text[i] && o.Text[i] != ',' {
				t.Fatalf("%d of %s: got %d", i, o.Text, at)
			}
		}
	})
}
