package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The page in a real browser: nothing of it is refused by its own Content-Security-Policy, nothing is loaded, nothing
// that came by name runs, the filter does what it says, and all is there without scripts too.
func TestHTMLInABrowser(t *testing.T) {
	b := browser(t)
	for _, tt := range []struct {
		name   string
		report *Report
	}{{"sample", sample()}, {"hostile", hostile()}, {"nothing", nothing()}} {
		t.Run(tt.name, func(t *testing.T) {
			p := b.open(t, tt.report, true)
			n := len(tt.report.Findings)
			if n == 0 {
				p.is(t, `document.querySelector(".empty").textContent`, "No findings.")
				return
			}
			shown := `[...document.querySelectorAll(".finding")].filter((f) => f.offsetParent).length`
			p.is(t, shown, float64(n))
			p.is(t, `document.getElementById("shown").textContent`, fmt.Sprintf("Showing all %d findings.", n))
			p.is(t, `document.querySelectorAll("script, img, iframe, link").length`, float64(1))
			p.is(t, `[...document.querySelectorAll("*")].some((e) => [...e.attributes].some((a) => a.name.startsWith("on")))`, false)
			// at 320 pixels
			p.is(t, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`, true)
			set := `((name, value) => { const f = document.getElementById("filter"); f.elements[name].value = value; f.dispatchEvent(new Event("input")); })`
			p.eval(t, set+`("policy", "raw-secret-resource")`)
			p.is(t, shown, float64(4))
			p.is(t, `document.getElementById("shown").textContent`, fmt.Sprintf("Showing 4 of %d findings.", n))
			p.eval(t, `document.querySelector("input[value=violation]").click()`)
			p.is(t, shown, float64(2))
			p.eval(t, set+`("text", "no such words")`)
			p.is(t, shown, float64(0))
			p.is(t, `document.getElementById("nothing").hidden`, false)
			p.eval(t, `document.querySelector("button[type=reset]").click()`)
			p.is(t, `new Promise((done) => setTimeout(() => done(`+shown+`), 50))`, float64(n))
			p.eval(t, set+`("source", ".")`)
			p.is(t, shown, float64(3))
			if diff := cmp.Diff([]string(nil), b.complaints); diff != "" {
				t.Errorf("the browser complains: %s", diff)
			}
		})
	}
	t.Run("without scripts", func(t *testing.T) {
		p := b.open(t, sample(), false)
		p.is(t, `document.getElementById("filter").hidden`, true)
		p.is(t, `[...document.querySelectorAll(".finding")].filter((f) => f.offsetParent).length`,
			float64(len(sample().Findings)))
	})
}

// chromium is a browser that a test speaks to over pipes, in the Chrome DevTools Protocol.
type chromium struct {
	in         *os.File
	out        *bufio.Reader
	id         int
	complaints []string // refusals, errors and requests that are none for the page itself
}

// browser starts a browser, or skips the test.
func browser(t *testing.T) *chromium {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the browser is spoken to over file descriptors")
	}
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("there is no chromium and no google-chrome on PATH; `apt-get install chromium` brings one")
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "policypack-browser-")
	if err != nil {
		t.Fatal(err)
	}
	// No sandbox: the page is our own, and containers have none.
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
		"--no-first-run",
		"--user-data-dir="+profile)
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		// The browser's children live a moment longer and write into the profile.
		for range 100 {
			if err = os.RemoveAll(profile); err == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Errorf("the browser's profile stays: %v", err)
	})
	_, _ = theirIn.Close(), theirOut.Close()
	timer := time.AfterFunc(2*time.Minute, func() { _ = out.Close() }) // ends a read that waits
	t.Cleanup(func() { timer.Stop() })
	return &chromium{in: in, out: bufio.NewReader(out)}
}

// reply is what the browser says: an answer, or an event.
type reply struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct{ Message string }
}

// call makes a call and waits for its answer.
func (b *chromium) call(t *testing.T, session, method string, params map[string]any, result any) {
	t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		t.Fatal(err)
	}
	for {
		r := b.read(t)
		if r.ID != b.id {
			continue
		}
		if r.Error != nil {
			t.Fatalf("%s: %s", method, r.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(r.Result, result); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
}

func (b *chromium) read(t *testing.T) reply {
	t.Helper()
	data, err := b.out.ReadBytes(0)
	if err != nil {
		t.Fatalf("the browser is gone: %v", err)
	}
	var r reply
	if err := json.Unmarshal(bytes.TrimRight(data, "\x00"), &r); err != nil {
		t.Fatal(err)
	}
	switch r.Method {
	case "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening", "Runtime.consoleAPICalled":
		b.complaints = append(b.complaints, r.Method+" "+string(r.Params))
	case "Network.requestWillBeSent":
		if !strings.Contains(string(r.Params), `"url":"file:///`) {
			b.complaints = append(b.complaints, string(r.Params))
		}
	}
	return r
}

// tab is a page that is open.
type tab struct {
	b       *chromium
	session string
}

// open shows a report in a narrow window, as on a telephone.
func (b *chromium) open(t *testing.T, r *Report, scripts bool) tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(written(t, r, HTML, Options{})), 0o644); err != nil {
		t.Fatal(err)
	}
	var target struct{ TargetID, SessionID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	p := tab{b, target.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(t, p.session, domain+".enable", nil, nil)
	}
	b.call(t, p.session, "Emulation.setDeviceMetricsOverride",
		map[string]any{"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(t, p.session, "Emulation.setScriptExecutionDisabled", map[string]any{"value": !scripts}, nil)
	b.call(t, p.session, "Page.navigate", map[string]any{"url": (&url.URL{Scheme: "file", Path: file}).String()}, nil)
	for b.read(t).Method != "Page.loadEventFired" {
	}
	return p
}

func (p tab) eval(t *testing.T, expression string) any {
	t.Helper()
	var got struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	p.b.call(t, p.session, "Runtime.evaluate",
		map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	if got.ExceptionDetails != nil {
		t.Fatalf("%s: %s", expression, got.ExceptionDetails)
	}
	return got.Result.Value
}

func (p tab) is(t *testing.T, expression string, want any) {
	t.Helper()
	if diff := cmp.Diff(want, p.eval(t, expression)); diff != "" {
		t.Errorf("%s: mismatch (-want +got)\n%s", expression, diff)
	}
}
