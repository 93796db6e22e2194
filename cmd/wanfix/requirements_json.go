package main

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
)

// jsonRequirements are what a file requires. What is not known is null, and Unknown says why.
type jsonRequirements struct {
	File     string            `json:"file"`
	SM       *int              `json:"sm"`
	Except   []int             `json:"sm_except"`
	Rules    []string          `json:"sm_rules"`
	GPU      jsonCardMemory    `json:"gpu_memory"`
	RAM      jsonAmounts       `json:"ram"`
	Disk     jsonDisk          `json:"disk"`
	Packages []jsonPackage     `json:"packages"`
	Unknown  map[string]string `json:"unknown"`
}

// jsonCardMemory is in GiB, as jsonAmounts and jsonDisk are.
type jsonCardMemory struct {
	Least       *float64 `json:"least"`
	Comfortable *float64 `json:"comfortable"`
	Uncounted   []string `json:"not_counted"` // nodes that decode the video
}

type jsonAmounts struct {
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

type jsonDisk struct {
	Total *float64        `json:"total"`
	Files []jsonModelFile `json:"files"`
}

type jsonModelFile struct {
	Folder *string `json:"folder"`
	Name   string  `json:"name"`
	Bytes  *int64  `json:"bytes"`
}

type jsonPackage struct {
	Name  string   `json:"name"`
	Least *string  `json:"least"`
	Rules []string `json:"rules"` // that fire without it
}

// json tells what the file requires.
func (q *requiring) json() *jsonRequirements {
	out := &jsonRequirements{
		Except: []int{}, Rules: []string{}, Unknown: map[string]string{},
		GPU: jsonCardMemory{Uncounted: []string{}}, Disk: jsonDisk{Files: []jsonModelFile{}},
	}
	q.addDisk(out)
	if !q.addMemory(out) {
		for _, key := range []string{"sm", "gpu_memory.least", "gpu_memory.comfortable", "ram", "packages"} {
			out.Unknown[key] = "no WanVideoWrapper loader"
		}
		return out
	}
	fine, err := q.addCards(out)
	if err == nil {
		err = q.addPackages(out, fine)
	}
	if err != nil {
		out.Unknown["packages"] = err.Error()
	}
	return out
}

// addCards adds the compute capabilities, and returns the lowest and the highest that can be used.
func (q *requiring) addCards(out *jsonRequirements) ([]gpu.GPU, error) {
	fine, except, by, err := q.cards()
	if err != nil {
		out.Unknown["sm"] = err.Error()
		return nil, err
	}
	out.Rules = append(out.Rules, by...)
	for _, card := range except {
		out.Except = append(out.Except, card.SM)
	}
	if len(fine) == 0 {
		out.Unknown["sm"] = "an error remains on every card"
		fine = capabilities()
	} else {
		out.SM = &fine[0].SM
	}
	return []gpu.GPU{fine[0], fine[len(fine)-1]}, nil
}

// addPackages adds what is needed on cards.
func (q *requiring) addPackages(out *jsonRequirements, cards []gpu.GPU) error {
	needed, err := q.packages(cards)
	if err != nil {
		return err
	}
	out.Packages = []jsonPackage{}
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		one := jsonPackage{Name: name, Rules: needed[name].rules}
		if least := needed[name].least; least != "" {
			one.Least = &least
		}
		out.Packages = append(out.Packages, one)
	}
	return nil
}

// addMemory adds what the stacks take, of which the one that takes the most counts. It reports
// whether there is any.
func (q *requiring) addMemory(out *jsonRequirements) (any bool) {
	var least, comfortable, low, high int64
	unsized := "how large the video is does not stand in the workflow: say --size 832x480x81"
	machine := q.on(nil)
	for _, part := range q.file.Parts {
		for _, stack := range rules.Look(part).Stacks {
			any = true
			needs := q.rules.Planner(stack, machine).Requirements()
			if needs.Why != "" {
				for _, key := range []string{"gpu_memory.least", "gpu_memory.comfortable", "ram"} {
					out.Unknown[key] = needs.Why
				}
				continue
			}
			if needs.Comfortable == 0 {
				out.Unknown["gpu_memory.comfortable"] = cmp.Or(out.Unknown["gpu_memory.comfortable"], unsized)
			}
			least, comfortable = max(least, needs.Least), max(comfortable, needs.Comfortable)
			low, high = max(low, needs.Memory.Low), max(high, needs.Memory.High)
			for _, at := range needs.Uncounted {
				if !slices.Contains(out.GPU.Uncounted, at) {
					out.GPU.Uncounted = append(out.GPU.Uncounted, at)
				}
			}
		}
	}
	if !any {
		return false
	}
	if out.Unknown["gpu_memory.least"] == "" {
		out.GPU.Least, out.RAM = upToGiB(least), jsonAmounts{upToGiB(low), upToGiB(high)}
	}
	if out.Unknown["gpu_memory.comfortable"] == "" {
		out.GPU.Comfortable = upToGiB(comfortable)
	}
	return true
}

// addDisk adds the files of weights, and how large they are together if all are known.
func (q *requiring) addDisk(out *jsonRequirements) {
	var files []rules.ModelFile
	for _, part := range q.file.Parts {
		files = append(files, rules.ModelFiles(part, &q.machine)...)
	}
	slices.SortFunc(files, func(a, b rules.ModelFile) int {
		return cmp.Or(strings.Compare(a.Folder, b.Folder), strings.Compare(a.Name, b.Name))
	})
	total, unread := int64(0), 0
	for _, file := range slices.Compact(files) {
		one := jsonModelFile{Name: file.Name}
		if file.Folder != "" {
			one.Folder = &file.Folder
		}
		if file.Bytes > 0 {
			one.Bytes = &file.Bytes
			total += file.Bytes
		} else {
			unread++
		}
		out.Disk.Files = append(out.Disk.Files, one)
	}
	if unread > 0 {
		out.Unknown["disk.total"] = counted(unread, "file has", "files have") + " not been read: say --comfy or --models"
		return
	}
	out.Disk.Total = upToGiB(total)
}

// upToGiB is an amount in GiB, up to the next tenth.
func upToGiB(bytes int64) *float64 {
	amount := math.Ceil(float64(bytes)/(1<<30)*10) / 10
	return &amount
}
