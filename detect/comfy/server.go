package comfy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
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
	for _, path := range statsPaths {
		text, err := get(ctx, server.JoinPath(path), maxStats)
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

// get returns an answer that is JSON and has at most so many bytes.
func get(ctx context.Context, u *url.URL, limit int64) ([]byte, error) {
	question := overNet
	if u.Scheme == "https" {
		question = overCurl
	}
	a, err := question(ctx, u, limit)
	if err != nil {
		return nil, trouble(err)
	}
	switch {
	case a.location != "":
		return nil, sentOn(u, a.location)
	case a.status == 401, a.status == 403:
		return nil, fmt.Errorf("it wants a login (status %d): put it into the address, as in http://name:password@host:8188", a.status)
	case a.status != 200:
		return nil, fmt.Errorf("it answers with status %d instead of its figures: %w", a.status, errNotComfy)
	case !json.Valid(a.body):
		return nil, fmt.Errorf("it answers with something that is not JSON: %w", errNotComfy)
	}
	return a.body, nil
}

// sentOn refuses a redirect: another address was not asked for, and may be one that only this
// computer can reach.
func sentOn(from *url.URL, location string) error {
	to, err := from.Parse(location)
	if err != nil {
		return fmt.Errorf("it sends the question on to an address that is none: %w", errors.Unwrap(err))
	}
	return fmt.Errorf("it sends the question on to %.200q, which is not followed: give that address if it is the right one", spoken(to))
}

// windowsRefused is what ECONNREFUSED is to the sockets of Windows (WSAECONNREFUSED).
const windowsRefused = syscall.Errno(10061)

// trouble says in words why there was no answer. The address stands in front of it already.
func trouble(err error) error {
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
