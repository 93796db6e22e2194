package comfy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// What is waited for and read of a server's node classes, for everything together. One class
// takes a few milliseconds, all of them take seconds: they are asked one by one, as workflows
// have them.
const (
	classesTimeout = 20 * time.Second
	maxClasses     = 2000
	maxClassText   = 64 << 20 // bytes
)

// classPaths are where ComfyUI tells of a class, whose name comes behind.
var classPaths = []string{"/object_info", "/api/object_info"}

// ServerClasses asks a running ComfyUI how it defines node classes. It is safe for concurrent use.
type ServerClasses struct {
	server *url.URL

	mu      sync.Mutex
	paths   []string // that may answer: one, once it has
	answers map[string]string
	left    time.Duration
	unread  int64 // bytes that may still be read
	trouble string
}

// Classes returns what the server at an address tells of node classes. Nothing is asked before
// the first class is wanted.
func Classes(address string) (*ServerClasses, error) {
	server, err := serverURL(address)
	if err != nil {
		return nil, err
	}
	return &ServerClasses{server: server, paths: classPaths,
		answers: map[string]string{}, left: classesTimeout, unread: maxClassText}, nil
}

// Source implements detect.Nodes.
func (s *ServerClasses) Source() string { return "the object_info of " + spoken(s.server) }

// Trouble implements detect.Nodes.
func (s *ServerClasses) Trouble() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

// Definition implements detect.Nodes. After the first question in vain no other is asked.
func (s *ServerClasses) Definition(class string) (text string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, asked := s.answers[class]
	if !asked && s.trouble == "" && mayBeClass(class) {
		var err error
		if text, err = s.ask(class); err != nil {
			s.trouble = fmt.Sprintf("ask %s about its nodes: %v", spoken(s.server), err)
		}
		s.answers[class] = text
	}
	return text, text != ""
}

// mayBeClass leaves out what no server has: the ids of subgraphs, and names that would lead to
// another address.
func mayBeClass(name string) bool {
	const uuid = len("01234567-89ab-cdef-0123-456789abcdef")
	id := len(name) == uuid && strings.Trim(strings.ToLower(name), "0123456789abcdef-") == ""
	return name != "" && len(name) < maxClassName && !id && !strings.ContainsAny(name, `/\`) && strings.Trim(name, ".") != ""
}

// ask returns the definition of a class, "" where the server does not have it.
func (s *ServerClasses) ask(class string) (text string, err error) {
	if len(s.answers) >= maxClasses {
		return "", fmt.Errorf("at most %d classes are asked", maxClasses)
	}
	begun := time.Now()
	ctx, cancel := context.WithTimeoutCause(context.Background(), s.left, fmt.Errorf("it took longer than %v for all answers", classesTimeout))
	defer cancel()
	var answer []byte
	for _, path := range s.paths {
		answer, err = get(ctx, s.server.JoinPath(path, url.PathEscape(class)), s.unread)
		if err == nil {
			s.paths = []string{path}
			break
		}
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if !errors.Is(err, errNotComfy) {
			break
		}
	}
	s.left -= time.Since(begun)
	s.unread -= int64(len(answer))
	if err != nil {
		return "", err
	}
	if err := workflows.Gate(answer); err != nil {
		return "", fmt.Errorf("its answer about %.200q: %w", class, err)
	}
	gjson.ParseBytes(answer).ForEach(func(name, definition gjson.Result) bool {
		if name.String() == class && definition.Get("input").IsObject() {
			text = definition.Raw
		}
		return text == ""
	})
	return text, nil
}
