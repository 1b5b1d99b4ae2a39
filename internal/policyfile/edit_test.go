package policyfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is what the tests add.
type row struct {
	Policies []string `json:"policies"`
	Owner    string   `json:"owner"`
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{
			"a value that is there", "{\n  \"b\": {\"x\": [{\"settings\": 1}]},\n  \"settings\": {\n    \"baseline\": {},\n    \"z\": 1\n  }\n}\n",
			"{\n  \"b\": {\"x\": [{\"settings\": 1}]},\n  \"settings\": {\n    \"baseline\": {\n      \"a\": \"<b>\",\n      \"list\": [\"x\"]\n    },\n    \"z\": 1\n  }\n}\n",
		},
		{
			"version 2, on one line", `{"version": 2, "policies": {"settings": {"z": {"baseline": 1}, "baseline" : [ 1 ]}}}`,
			`{"version": 2, "policies": {"settings": {"z": {"baseline": 1}, "baseline" : {"a": "<b>", "list": ["x"]}}}}`,
		},
		{"nothing", "", "{\n  \"settings\": {\n    \"baseline\": {\n      \"a\": \"<b>\",\n      \"list\": [\"x\"]\n    }\n  }\n}\n"},
		{"spaces", " \n", "{\n  \"settings\": {\n    \"baseline\": {\n      \"a\": \"<b>\",\n      \"list\": [\"x\"]\n    }\n  }\n}\n"},
		{
			"another policy, with tabs and CRLF", "{\r\n\t\"b\": \"advisory\"\r\n}",
			"{\r\n\t\"b\": \"advisory\",\r\n\t\"settings\": {\r\n\t\t\"baseline\": {\r\n\t\t\t\"a\": \"<b>\",\r\n\t\t\t\"list\": [\"x\"]\r\n\t\t}\r\n\t}\r\n}",
		},
		{
			"a level", `{"settings": "advisory"}`,
			`{"settings": {"enforcementLevel": "advisory", "baseline": {"a": "<b>", "list": ["x"]}}}`,
		},
		{"minified", `{"version":2,"policies":null}`, `{"version":2,"policies":{"settings":{"baseline":{"a":"<b>","list":["x"]}}}}`},
		{
			"version 2 without policies", "{\n    \"version\": 2\n}\n",
			"{\n    \"version\": 2,\n    \"policies\": {\n        \"settings\": {\n            \"baseline\": {\n                \"a\": \"<b>\",\n" +
				"                \"list\": [\"x\"]\n            }\n        }\n    }\n}\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			value := object{{"a", "<b>"}, {"list", []any{"x"}}}
			got, err := Parse([]byte(tt.give), nil).Set([]byte(tt.give), value, "settings", "baseline")
			if diff := cmp.Diff(tt.want, string(got)); diff != "" || err != nil {
				t.Errorf("%v, mismatch (-want +got)\n%s", err, diff)
			}
		})
	}
	give := []byte(`{"settings": [1]}`)
	if got, err := Parse(give, nil).Set(give, 1, "settings", "baseline"); err == nil {
		t.Errorf("got %s, want an error", got)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{
			"behind what is there", "{\n  \"settings\": {\n    \"exemptions\": {\n      \"x\": {\n        \"owner\": \"o\"\n      }\n    }\n  }\n}\n",
			"{\n  \"settings\": {\n    \"exemptions\": {\n      \"x\": {\n        \"owner\": \"o\"\n      },\n" +
				"      \"a\": {\n        \"policies\": [\"p\", \"q\"],\n        \"owner\": \"me\"\n      },\n" +
				"      \"b\": {\n        \"policies\": [],\n        \"owner\": \"<you>\"\n      }\n    }\n  }\n}\n",
		},
		{
			"entries on one line", "{\n  \"settings\": {\"exemptions\": {\n    \"x\": {\"owner\": \"o\"}\n  }}}\n",
			"{\n  \"settings\": {\"exemptions\": {\n    \"x\": {\"owner\": \"o\"},\n" +
				"    \"a\": {\"policies\": [\"p\", \"q\"], \"owner\": \"me\"},\n    \"b\": {\"policies\": [], \"owner\": \"<you>\"}\n  }}}\n",
		},
		{
			"an empty object", "{\n  \"settings\": {\n    \"exemptions\": { },\n    \"z\": 1\n  }\n}\n",
			"{\n  \"settings\": {\n    \"exemptions\": {\n      \"a\": {\n        \"policies\": [\"p\", \"q\"],\n        \"owner\": \"me\"\n      },\n" +
				"      \"b\": {\n        \"policies\": [],\n        \"owner\": \"<you>\"\n      }\n    },\n    \"z\": 1\n  }\n}\n",
		},
		{
			"one line", `{"settings": {"z": 1}}`,
			`{"settings": {"z": 1, "exemptions": {"a": {"policies": ["p", "q"], "owner": "me"}, "b": {"policies": [], "owner": "<you>"}}}}`,
		},
		{
			"beside what is on one line", "{\n  \"settings\": {\n    \"environments\": [\"a\", \"b\"]\n  }\n}",
			"{\n  \"settings\": {\n    \"environments\": [\"a\", \"b\"],\n    \"exemptions\": {\n      \"a\": {\n        \"policies\": [\"p\", \"q\"],\n" +
				"        \"owner\": \"me\"\n      },\n      \"b\": {\n        \"policies\": [],\n        \"owner\": \"<you>\"\n      }\n    }\n  }\n}",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entries := []Entry{{"a", row{[]string{"p", "q"}, "me"}}, {"b", row{[]string{}, "<you>"}}}
			got, err := Parse([]byte(tt.give), nil).Add([]byte(tt.give), entries, "settings", "exemptions")
			if diff := cmp.Diff(tt.want, string(got)); diff != "" || err != nil {
				t.Errorf("%v, mismatch (-want +got)\n%s", err, diff)
			}
		})
	}
	give := []byte("{\"settings\": {\"list\": [\n    {\"owner\": \"x\"}\n  ]}}\n")
	want := "{\"settings\": {\"list\": [\n    {\"owner\": \"x\"},\n    {\"policies\": [], \"owner\": \"y\"}\n  ]}}\n"
	got, err := Parse(give, nil).Add(give, []Entry{{Value: row{[]string{}, "y"}}}, "settings", "list")
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("a list: %v, mismatch (-want +got)\n%s", err, diff)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	const lines = "{\n  \"settings\": {\n    \"list\": [\n      {\"n\": 0},\n\n      {\"n\": 1}, {\"n\": 2},\n      {\"n\": 3}\n    ],\n    \"z\": 1\n  }\n}\n"
	for _, tt := range []struct{ name, give, gone, want string }{
		{"nothing", lines, "", lines},
		{"the first", lines, "0", strings.Replace(lines, "{\"n\": 0},\n\n      ", "", 1)},
		{"some", lines, "02", strings.NewReplacer("{\"n\": 0},\n\n      ", "", "{\"n\": 2},\n      ", "").Replace(lines)},
		{"the last", lines, "3", strings.Replace(lines, ",\n      {\"n\": 3}", "", 1)},
		{"the last ones", lines, "123", strings.Replace(lines, ",\n\n      {\"n\": 1}, {\"n\": 2},\n      {\"n\": 3}", "", 1)},
		{"all", lines, "0123", "{\n  \"settings\": {\n    \"list\": [],\n    \"z\": 1\n  }\n}\n"},
		{"of an object", `{"settings":{"list":{"a":1,"b":2}}}`, "0", `{"settings":{"list":{"b":2}}}`},
		{"what is not there", `{"settings":{}}`, "0", `{"settings":{}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Parse([]byte(tt.give), nil).Remove([]byte(tt.give), func(i int) bool {
				return strings.ContainsRune(tt.gone, rune('0'+i))
			}, "settings", "list")
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}
