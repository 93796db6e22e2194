package gpu

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Use is what the memory of a card is in use for.
type Use struct {
	// Used is in bytes. Beside processes, 0 is unknown; without any it is 0.
	Used int64
	// Processes are those that the driver shows to this user, the largest first. In a container it
	// shows none, or some whose names nobody in there knows.
	Processes []Process
}

// Process is a program that holds memory of a card.
type Process struct {
	PID int
	// Name is the file name of the program; "" is unknown. It is not trusted text.
	Name string
	// Memory is in bytes; 0 is unknown, as it mostly is on Windows.
	Memory int64
}

// InUse asks the source that found the cards what their memory is in use for, by UUID. A card of
// which nothing is known is left out.
func InUse(ctx context.Context, found Found) map[string]Use {
	var ask func(context.Context, []GPU) map[string]Use
	switch found.Source {
	case "NVML":
		ask = usesFromNVML
	case "nvidia-smi":
		ask = usesFromSMI
	default:
		return nil
	}
	uses, _ := bounded(ctx, patience, func(ctx context.Context) map[string]Use { return ask(ctx, found.GPUs) })
	for _, u := range uses {
		slices.SortFunc(u.Processes, func(a, b Process) int {
			return cmp.Or(cmp.Compare(b.Memory, a.Memory), cmp.Compare(a.PID, b.PID))
		})
	}
	return uses
}

// add notes a process once, however many lists have it.
func (u *Use) add(p Process) {
	for i, known := range u.Processes {
		if known.PID == p.PID {
			u.Processes[i].Memory = max(known.Memory, p.Memory)
			u.Processes[i].Name = cmp.Or(known.Name, p.Name)
			return
		}
	}
	u.Processes = append(u.Processes, p)
}

// programName takes the file name out of what the driver calls a process: its path on Windows or
// Unix, behind which a browser keeps its options.
func programName(path string) string {
	path, _, _ = strings.Cut(path, " --")
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
