package detect_test

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/corpus"
	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

func FuzzFile(f *testing.F) {
	for i, x := range corpus.Files(9, 1) {
		if i%3 == 0 {
			f.Add(x.Name, []byte(x.Text))
		}
	}
	f.Add("a.yaml", []byte("password: \"\\\n- name: token\r\n  value: 'x"))
	f.Add("a.tf", []byte("variable \"password\" {\n default ="))
	f.Add("a.ini", []byte("\xff\xfep\x00w\x00d\x00=\x00\x00\xd8"))
	d := detector(f, detect.Options{ExtraPatterns: []string{"x{3}y"}})
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		defer fuzzing.Watch(t, len(name)+len(data))()
		text, end := string(data), 0
		for _, m := range d.File(name, data) {
			constants(t, text, m.Match)
			if m.Start < end {
				t.Fatalf("the span of %s begins before the one before it ends", m.Detector)
			}
			end = m.End
			line := strings.Count(text[:m.Start], "\n") + 1
			begin := strings.LastIndexByte(text[:m.Start], '\n') + 1
			if line == 1 && strings.HasPrefix(text, "\ufeff") {
				begin = len("\ufeff")
			}
			if m.Line != line || m.Column != max(0, m.Start-begin)+1 {
				t.Fatalf("%s: line %d, column %d for the span's %d, %d", m.Detector, m.Line, m.Column, line,
					m.Start-begin+1)
			}
		}
	})
}
