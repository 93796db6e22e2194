package comfy

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// secure is a server at https:// whose certificate curl trusts.
func secure(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil || runtime.GOOS == "windows" {
		t.Skip("no curl here that can be told to trust a certificate")
	}
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(trusted, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CURL_CA_BUNDLE", trusted)
	return server.URL
}

func TestStatsOverCurl(t *testing.T) {
	t.Setenv("CURL_HOME", t.TempDir())
	if err := os.WriteFile(filepath.Join(os.Getenv("CURL_HOME"), ".curlrc"), []byte("include\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked, login := "", ""
	address := secure(t, func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		asked, login = r.RequestURI, name+":"+password
		io.WriteString(w, withVersions)
	})
	s, err := Stats(t.Context(), strings.Replace(address, "https://", `https://me:se%22c%5Cret@`, 1)+`/a{b,c}[1-2]%20d/?t="x\`)
	if err != nil {
		t.Fatal(err)
	}
	if s.Torch != "2.9.1" || login != `me:se"c\ret` || asked != `/a%7Bb,c%7D%5B1-2%5D%20d/system_stats?t="x\` {
		t.Errorf("torch %q, asked %q as %q", s.Torch, asked, login)
	}
}

func TestClassesOverCurl(t *testing.T) {
	address := secure(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/object_info/A b" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, `{"A b": {"input": {}}}`)
	})
	nodes, err := Classes(address)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := nodes.Definition("A b"); text != `{"input": {}}` {
		t.Errorf("got %q, trouble %q", text, nodes.Trouble())
	}
}

func TestCurlRefuses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
	}{
		{"not found", http.NotFound, "it answers with status 404"},
		{"an error without end", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500); endless(w, r) }, "it answers with status 500"},
		{"a login", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) }, "it wants a login"},
		{"another server", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/system_stats", http.StatusFound)
		}, `on to "http://127.0.0.1:1/system_stats", which is not followed`},
		{"a body without end", endless, "more than 1 MiB"},
		{"a body that drips", dripping, "took longer than"},
		{"silence", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "took longer than"},
		{"cut off", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5000")
			io.WriteString(w, "{")
		}, "curl: ("},
		{"nothing", func(w http.ResponseWriter, r *http.Request) {}, "not JSON"},
		{"a page", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>\n\x1b") }, "not JSON"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun, patience := time.Now(), time.Minute
			if strings.HasPrefix(tt.says, "took longer") {
				patience = 500 * time.Millisecond
			}
			s, err := ask(t.Context(), secure(t, tt.handler), patience)
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("got %+v, %v, want %q", s, err, tt.says)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	t.Run("a certificate that nobody knows", func(t *testing.T) {
		address := secure(t, http.NotFound)
		t.Setenv("CURL_CA_BUNDLE", "")
		if _, err := Stats(t.Context(), strings.Replace(address, "https://", "https://me:secret@", 1)); err == nil || !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no curl", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := Stats(t.Context(), "https://comfy.invalid"); err == nil || !strings.Contains(err.Error(), "install it, or say what is known with --gpu, --object-info and --assume") {
			t.Errorf("got %v", err)
		}
	})
}
