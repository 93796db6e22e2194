package gpu

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// usesFromSMI asks the nvidia-smi program what the memory of cards is in use for.
func usesFromSMI(ctx context.Context, cards []GPU) map[string]Use {
	path := findSMI(runtime.GOOS, os.Getenv, exec.LookPath)
	if path == "" {
		return nil
	}
	return askSMIUses(cards, func(question string) string {
		text, _, err := output(ctx, path, question, "--format=csv,noheader,nounits")
		if err != nil {
			return ""
		}
		return text
	})
}

// askSMIUses takes the lines that begin with the UUID of a card. All others are messages, and a
// refused question has no answer but these.
func askSMIUses(cards []GPU, run func(question string) string) map[string]Use {
	uses := map[string]Use{}
	lines := func(question string, take func(u *Use, cells []string) bool) {
		for line := range strings.Lines(run(question)) {
			cells := strings.Split(strings.TrimSpace(line), ", ")
			for _, card := range cards {
				if u := uses[card.UUID]; card.UUID != "" && cells[0] == card.UUID && take(&u, cells[1:]) {
					uses[card.UUID] = u
				}
			}
		}
	}
	lines("--query-gpu=uuid,memory.used", func(u *Use, cells []string) bool {
		if len(cells) != 1 {
			return false
		}
		u.Used = int64(whole(cells[0])) * mib
		return u.Used > 0 || cells[0] == "0"
	})
	lines("--query-compute-apps=gpu_uuid,pid,process_name,used_memory", func(u *Use, cells []string) bool {
		last := len(cells) - 1
		if last < 2 || whole(cells[0]) == 0 {
			return false
		}
		name := words(strings.Join(cells[1:last], ", "))
		u.add(Process{PID: whole(cells[0]), Name: programName(name), Memory: int64(whole(cells[last])) * mib})
		return true
	})
	return uses
}
