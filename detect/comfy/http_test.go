package comfy

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestReadAnswer(t *testing.T) {
	const limit = 10
	for _, tt := range []struct {
		name, text string
		want       answer
		says       string
	}{
		{"until the end", "HTTP/1.0 200 OK\r\n\r\n{}", answer{200, "", []byte("{}")}, ""},
		{"of a younger server", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", answer{200, "", []byte("{}")}, ""},
		{"without a reason, lines as on Unix", "HTTP/1.1 200\nX: y\n\n{}", answer{200, "", []byte("{}")}, ""},
		{"a connection that goes on", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 400", answer{200, "", []byte("{}")}, ""},
		{"as much as may be", "HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", answer{200, "", []byte("0123456789")}, ""},
		{"a redirect", "HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\n\r\nmoved", answer{status: 307, location: "/x"}, ""},
		{"not found", "HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\nno", answer{status: 404}, ""},
		{"too much", "HTTP/1.0 200 OK\r\n\r\n0123456789a", answer{}, "more than 0 MiB"},
		{"too much, as it says", "HTTP/1.0 200 OK\r\nContent-Length: 9999999999\r\n\r\n0123456789abc", answer{}, "more than 0 MiB"},
		{"cut off", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n{}", answer{}, "unexpected EOF"},
		{"cut off in the headers", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n", answer{}, "EOF"},
		{"in pieces", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", answer{}, `it answers in pieces (Transfer-Encoding "chunked"), which HTTP/1.0 does not have`},
		{"a size that is none", "HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n{}", answer{}, `it says that its answer has "-1" bytes`},
		{"garbage", "\x16\x03\x01\x1b[2J\n", answer{}, `it does not speak HTTP, its answer begins with "\x16\x03\x01\x1b[2J"`},
		{"another program", "SSH-2.0-OpenSSH_9.6\r\n", answer{}, `it does not speak HTTP, its answer begins with "SSH-2.0-OpenSSH_9.6"`},
		{"a status that is none", "HTTP/1.1 2000 OK\r\n\r\n", answer{}, "it does not speak HTTP"},
		{"a header that is none", "HTTP/1.1 200 OK\r\nno \x1bcolon\r\n\r\n", answer{}, `its answer has a header that is none: "malformed MIME header`},
		{"headers without end", "HTTP/1.1 200 OK\r\n" + strings.Repeat("a: b\r\n", 20_000), answer{}, "its answer begins with more than 64 KiB of headers"},
		{"nothing", "", answer{}, "EOF"},
	} {
		for way, reader := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
			t.Run(tt.name+" "+way, func(t *testing.T) {
				got, err := readAnswer(reader(strings.NewReader(tt.text)), limit)
				switch {
				case tt.says != "":
					if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\x1b") {
						t.Errorf("got %v, %v, want %q", got, err, tt.says)
					}
				case err != nil:
					t.Error(err)
				default:
					if diff := cmp.Diff(&tt.want, got, cmp.AllowUnexported(answer{})); diff != "" {
						t.Errorf("- want + got\n%s", diff)
					}
				}
			})
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, text := range []string{"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 301 Moved\r\nLocation: //x\r\n\r\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\n\n", "SSH-2.0\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		const limit = 100
		a, err := readAnswer(strings.NewReader(string(text)), limit)
		switch {
		case err != nil && a != nil && a.body != nil:
			t.Errorf("a body beside the error %v", err)
		case err != nil:
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("control characters in %q", err)
			}
		case len(a.body) > limit, a.status < 0, a.status > 999, !strings.Contains(string(text), string(a.body)):
			t.Errorf("got %+v", a)
		}
	})
}

// TestQuestion looks at what servers at addresses of every kind are asked.
func TestQuestion(t *testing.T) {
	for _, tt := range []struct{ name, listen, user, path, asked, login string }{
		{"IPv4", "127.0.0.1:0", "", "", "/system_stats", ""},
		{"IPv6", "[::1]:0", "", "", "/system_stats", ""},
		{"a login with every sign", "127.0.0.1:0", "m%C3%A9:a%40b%3A%2Fc@", "", "/system_stats", "mé:a@b:/c"},
		{"a name alone", "127.0.0.1:0", "me@", "", "/system_stats", "me:"},
		{"a prefix with blanks and more", "127.0.0.1:0", "", "/a%20b%2Fc%0d%0aX:%20y", "/a%20b%2Fc%0d%0aX:%20y/system_stats", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", tt.listen)
			if err != nil {
				t.Skip("no such network here: ", err)
			}
			var asked, login, host string
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked, host = r.RequestURI, r.Host
				if name, password, ok := r.BasicAuth(); ok {
					login = name + ":" + password
				}
				if len(r.Header["X"]) > 0 {
					t.Errorf("it got the header X: %q", r.Header["X"])
				}
				io.WriteString(w, first2023)
			}))
			server.Listener.Close()
			server.Listener = listener
			server.Start()
			defer server.Close()
			if _, err := Stats(t.Context(), "http://"+tt.user+listener.Addr().String()+tt.path); err != nil {
				t.Fatal(err)
			}
			if asked != tt.asked || login != tt.login || host != listener.Addr().String() {
				t.Errorf("asked %q of %q as %q, want %q as %q", asked, host, login, tt.asked, tt.login)
			}
		})
	}
}

// TestServerHangsUp gives up the connection as a server does that crashes.
func TestServerHangsUp(t *testing.T) {
	server := answers(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close()
	})
	if _, err := Stats(t.Context(), server); err == nil || !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "it hung up in the middle of the answer") {
		t.Errorf("got %v", err)
	}
}
