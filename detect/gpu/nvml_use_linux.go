//go:build linux && cgo

package gpu

import (
	"context"
	"math"
	"slices"

	"github.com/NVIDIA/go-nvml/pkg/nvml"
)

// usesFromNVML asks the driver's library what the memory of cards and slices is in use for.
func usesFromNVML(_ context.Context, cards []GPU) map[string]Use {
	lib, _, ok := load()
	if !ok {
		return nil
	}
	return askUses(lib, cards)
}

// askUses asks for each card in turn. What the driver refuses is unknown.
func askUses(lib nvml.Interface, cards []GPU) map[string]Use {
	if lib.Init() != nvml.SUCCESS {
		return nil
	}
	defer lib.Shutdown()
	if !has(lib, "nvmlDeviceGetHandleByUUID") {
		return nil
	}
	uses := map[string]Use{}
	for _, card := range cards {
		device, ret := lib.DeviceGetHandleByUUID(card.UUID)
		if card.UUID == "" || ret != nvml.SUCCESS {
			continue
		}
		var u Use
		m, told := device.GetMemoryInfo()
		if told == nvml.SUCCESS {
			u.Used = amount(m.Used)
		}
		u.ask(lib, "nvmlDeviceGetComputeRunningProcesses", device.GetComputeRunningProcesses)
		u.ask(lib, "nvmlDeviceGetGraphicsRunningProcesses", device.GetGraphicsRunningProcesses)
		if told == nvml.SUCCESS || len(u.Processes) > 0 {
			uses[card.UUID] = u
		}
	}
	return uses
}

// ask adds a list of processes, where the driver has one of the versions of it that the binding
// may call.
func (u *Use) ask(lib nvml.Interface, function string, list func() ([]nvml.ProcessInfo, nvml.Return)) {
	if !slices.ContainsFunc([]string{"_v3", "_v2", ""}, func(version string) bool { return has(lib, function+version) }) {
		return
	}
	processes, _ := list()
	for _, p := range processes {
		name := ""
		if has(lib, "nvmlSystemGetProcessName") {
			if said, ret := lib.SystemGetProcessName(int(p.Pid)); ret == nvml.SUCCESS {
				name = programName(said)
			}
		}
		u.add(Process{PID: int(p.Pid), Name: name, Memory: amount(p.UsedGpuMemory)})
	}
}

// amount is a number of bytes; the driver's mark for an unknown one is out of range.
func amount(bytes uint64) int64 {
	if bytes > math.MaxInt64 {
		return 0
	}
	return int64(bytes)
}
