package comfy

import (
	"bufio"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// net/http brings TLS along, more than a quarter of the program, which every start pays for. What
// a server is asked for are a few small texts.

// maxHead is what is read of an answer before its body, in bytes.
const maxHead = 64 << 10

// answer is what a server says.
type answer struct {
	status   int
	location string // that a redirect points to
	body     []byte
}

// overNet asks on a connection of its own, in HTTP/1.0: there an answer comes in one piece.
func overNet(ctx context.Context, u *url.URL, limit int64) (*answer, error) {
	port := cmp.Or(u.Port(), "80")
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	host, _, _ := strings.Cut(u.Hostname(), "%")          // the zone of an IPv6 address is for this computer alone
	path := "/" + strings.TrimPrefix(u.RequestURI(), "/") // JoinPath leaves it out
	head := "GET " + path + " HTTP/1.0\r\nHost: " + net.JoinHostPort(host, port) + "\r\nUser-Agent: wanfix\r\nConnection: close\r\n"
	if u.User != nil {
		password, _ := u.User.Password()
		head += "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, head+"\r\n"); err != nil {
		return nil, err
	}
	return readAnswer(conn, limit)
}

// readAnswer reads the answer to a question in HTTP/1.0. Its body is read where the status is 200,
// and has at most so many bytes.
func readAnswer(conn io.Reader, limit int64) (*answer, error) {
	room := &io.LimitedReader{R: conn, N: maxHead}
	buffered := bufio.NewReader(room)
	status, header, err := readHead(textproto.NewReader(buffered))
	switch {
	case err != nil && room.N <= 0:
		return nil, fmt.Errorf("its answer begins with more than %d KiB of headers", maxHead>>10)
	case err != nil:
		return nil, err
	}
	a := &answer{status: status}
	switch {
	case status/100 == 3:
		a.location = header.Get("Location")
	case status == 200:
		room.N = limit + 1
		a.body, err = readBody(buffered, header, limit)
	}
	return a, err
}

func readHead(lines *textproto.Reader) (status int, header textproto.MIMEHeader, err error) {
	first, err := lines.ReadLine()
	if err != nil {
		return 0, nil, err
	}
	version, rest, _ := strings.Cut(first, " ")
	code, _, _ := strings.Cut(rest, " ")
	if status, err = strconv.Atoi(code); err != nil || len(code) != 3 || !strings.HasPrefix(version, "HTTP/") {
		return 0, nil, fmt.Errorf("it does not speak HTTP, its answer begins with %.80q", first)
	}
	header, err = lines.ReadMIMEHeader()
	if broken := textproto.ProtocolError(""); errors.As(err, &broken) {
		err = fmt.Errorf("its answer has a header that is none: %.200q", broken)
	}
	return status, header, err
}

// readBody reads as much as the header says, or else until the end.
func readBody(conn io.Reader, header textproto.MIMEHeader, limit int64) ([]byte, error) {
	if coding := header.Get("Transfer-Encoding"); coding != "" {
		return nil, fmt.Errorf("it answers in pieces (Transfer-Encoding %.80q), which HTTP/1.0 does not have", coding)
	}
	size, said := limit+1, header.Get("Content-Length")
	if said != "" {
		bytes, err := strconv.ParseUint(said, 10, 63)
		if err != nil {
			return nil, fmt.Errorf("it says that its answer has %.80q bytes", said)
		}
		size = min(size, int64(bytes))
	}
	body, err := io.ReadAll(io.LimitReader(conn, size))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > limit:
		return nil, tooLong(limit)
	case said != "" && int64(len(body)) < size:
		return nil, io.ErrUnexpectedEOF
	}
	return body, nil
}

func tooLong(limit int64) error {
	return fmt.Errorf("it answers with more than %d MiB: that is not ComfyUI", limit>>20)
}
