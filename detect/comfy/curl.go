package comfy

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strconv"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/programs"
)

// overCurl asks a server whose address begins with https. The address may have a password in it,
// so it goes through standard input: arguments can be seen by everybody.
func overCurl(ctx context.Context, u *url.URL, limit int64) (*answer, error) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		return nil, fmt.Errorf("servers at https:// are asked through curl: %w: install it, or say what is known with --gpu, --object-info and --assume", err)
	}
	// -q: no settings of the user's, which may add to the output · -g: brackets are no pattern.
	cmd := programs.Command(ctx, curl, "-q", "-fgsS", "--proto", "=https", "--write-out", `\n%{http_code} %{redirect_url}`, "--config", "-")
	cmd.Stdin = strings.NewReader(`url = "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(u.String()) + `"`)
	out, told := programs.Output{Limit: limit + maxHead}, programs.Output{Limit: maxHead}
	cmd.Stdout, cmd.Stderr = &out, &told
	err = cmd.Run()
	if out.TooLong {
		return nil, tooLong(limit)
	}
	end := max(0, strings.LastIndexByte(out.String(), '\n'))
	code, location, _ := strings.Cut(strings.TrimSpace(out.String()[end:]), " ")
	status, _ := strconv.Atoi(code)
	failed := (*exec.ExitError)(nil)
	switch {
	case errors.As(err, &failed) && status >= 400: // as -f says
	case errors.As(err, &failed) && told.Len() > 0:
		return nil, fmt.Errorf("%.300q", strings.TrimSpace(told.String()))
	case err != nil:
		return nil, fmt.Errorf("run %s: %w", curl, err)
	}
	return &answer{status: status, location: location, body: []byte(out.String()[:end])}, nil
}
