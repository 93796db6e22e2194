package comfy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// What is waited for and read of a server. A true answer comes at once and has some 2 KB.
const (
	statsTimeout = 5 * time.Second // for everything together
	maxStats     = 1 << 20         // bytes
	maxRedirects = 3
)

// statsPaths are where ComfyUI answers; what stands before it may let only one of them through.
var statsPaths = []string{"/system_stats", "/api/system_stats"}

// Stats asks the ComfyUI server at an address such as "http://127.0.0.1:8188" about itself. The
// error is a sentence that says what came instead of an answer.
func Stats(ctx context.Context, address string) (*SystemStats, error) {
	return ask(ctx, address, statsTimeout)
}

func ask(ctx context.Context, address string, patience time.Duration) (*SystemStats, error) {
	server, err := serverURL(address)
	if err != nil {
		return nil, err
	}
	name := spoken(server)
	ctx, cancel := context.WithTimeoutCause(ctx, patience,
		fmt.Errorf("%s took longer than %v to answer: is ComfyUI busy starting, or a firewall in between?", name, patience))
	defer cancel()
	var first error
	client := newClient(false)
	for _, path := range statsPaths {
		text, err := get(ctx, client, server.JoinPath(path), maxStats)
		var stats *SystemStats
		if err == nil {
			stats, err = parseStats(text)
		}
		if err == nil {
			stats.Source = name
			return stats, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if first == nil {
			first = err
		}
		if !errors.Is(err, errNotComfy) {
			break
		}
	}
	return nil, fmt.Errorf("ask ComfyUI at %s: %w", name, first)
}

// errNotComfy marks an answer of a server that may answer otherwise at another path.
var errNotComfy = errors.New("is ComfyUI running there?")

// serverURL reads an address as a person copies it from the browser.
func serverURL(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is no address of a server: want one such as http://127.0.0.1:8188", address)
	}
	u.Fragment, u.RawFragment = "", ""
	for _, path := range slices.Backward(statsPaths) { // the longer one first
		u.Path = strings.TrimSuffix(u.Path, path)
	}
	return u, nil
}

// spoken is an address without what may be a secret: its password and its query.
func spoken(u *url.URL) string {
	plain := *u
	plain.RawQuery, plain.ForceQuery = "", false
	return plain.Redacted()
}

// newClient returns a client for one question, or for many that go over one connection.
func newClient(many bool) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = !many
	transport.DisableCompression = true // a few bytes could become a gigabyte
	transport.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Transport: transport, CheckRedirect: stayThere}
}

// get returns an answer that is JSON and has at most so many bytes.
func get(ctx context.Context, client *http.Client, u *url.URL, limit int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, trouble(err)
	}
	defer answer.Body.Close()
	switch code := answer.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return nil, fmt.Errorf("it wants a login (status %d): put it into the address, as in http://name:password@host:8188", code)
	case code != http.StatusOK:
		return nil, fmt.Errorf("it answers with status %d instead of its figures: %w", code, errNotComfy)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return nil, trouble(err)
	case int64(len(text)) > limit:
		return nil, fmt.Errorf("it answers with more than %d MiB: that is not ComfyUI", limit>>20)
	case !json.Valid(text):
		return nil, fmt.Errorf("it answers with something that is not JSON: %w", errNotComfy)
	}
	return text, nil
}

// stayThere follows redirects on the same server only: another one was not asked for, and may be
// one that only this computer can reach.
func stayThere(to *http.Request, via []*http.Request) error {
	from := via[0].URL
	if to.URL.Scheme != from.Scheme || !strings.EqualFold(to.URL.Host, from.Host) {
		elsewhere := url.URL{Scheme: to.URL.Scheme, Host: to.URL.Host}
		return fmt.Errorf("it sends the question on to %.200q, which is not followed: give that address if it is the right one", elsewhere.String())
	}
	if len(via) > maxRedirects {
		return fmt.Errorf("it sends the question on more than %d times", maxRedirects)
	}
	return nil
}

// windowsRefused is what ECONNREFUSED is to the sockets of Windows (WSAECONNREFUSED).
const windowsRefused = syscall.Errno(10061)

// trouble says in words why there was no answer. The address stands in front of it already.
func trouble(err error) error {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return fmt.Errorf("there is no computer called %.200q: %w", unknown.Name, err)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
		return fmt.Errorf("nothing answers there: start ComfyUI, or look at the port: %w", err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("it hung up in the middle of the answer: %w", err)
	}
	return err
}
