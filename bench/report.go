package main

import (
	"context"
	"flag"
	"fmt"
	"image/color"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// report updates README.md and the plots in the folder. The part of README.md above the mark stays unchanged.
func (b *bench) report(ctx context.Context, flags *flag.FlagSet) error {
	version, err := exec.CommandContext(ctx, b.cli, "version").Output() //nolint:gosec // The caller chooses the CLI.
	if err != nil {
		return err
	}

	var (
		text   strings.Builder
		chosen []string
	)

	// The make target sets these two itself.
	flags.Visit(func(set *flag.Flag) {
		if set.Name != "cli" && set.Name != "out" {
			chosen = append(chosen, "-"+set.Name+" "+set.Value.String())
		}
	})

	first, _, _ := strings.Cut(string(version), "\n")
	fmt.Fprintf(&text, "`make bench FLAGS=%q` with %s on %d cores (%s/%s), %s.\n\n", strings.Join(chosen, " "), first, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, time.Now().Format(time.DateOnly))
	b.writeTimes(&text)
	b.writeRequests(&text)
	b.writeListings(&text)

	for _, what := range []step{planning, applying} {
		// Without users there is nothing to plot.
		if len(b.rows) == 0 {
			break
		}

		name := strings.ReplaceAll(what.name, " ", "-") + ".svg"
		if err := b.plot(what, filepath.Join(b.folder, name)); err != nil {
			return err
		}
	}

	file := filepath.Join(b.folder, "README.md")

	written, err := os.ReadFile(file) //nolint:gosec // The caller chooses the folder.
	if err != nil {
		return err
	}

	above, _, found := strings.Cut(string(written), mark)
	if !found {
		return fmt.Errorf("%s does not contain the line %q", file, mark)
	}

	return os.WriteFile(file, []byte(above+mark+"\n\n"+text.String()), 0o600) //nolint:gosec // The caller chooses the folder.
}

// mark is the line above the results.
const mark = "<!-- make bench generates the rest of this file. -->"

// writeTimes writes time and memory.
func (b *bench) writeTimes(text *strings.Builder) {
	text.WriteString("## Time and memory\n\n" +
		"| users | style | objects | step | latency | time | floor | × floor | CPU of the provider | provider | CLI |\n" +
		"|--:|---|--:|---|--:|--:|--:|--:|--:|--:|--:|\n")

	for _, r := range b.rows {
		fmt.Fprintf(text, "| %d | %s | %d | %s | %s | %.2f s | %.2f s | %.2f | %.0f %% | %d MiB | %d MiB |\n",
			r.users, r.style.name, r.users*r.style.perUser, r.step.name, r.latency, r.took.wall.Seconds(), r.floor.wall.Seconds(), r.ratio(),
			100*r.took.providerCPU.Seconds()/r.took.cpu.Seconds(), r.took.providerMemory>>20, r.took.cliMemory>>20)
	}

	text.WriteString("\n")
}

// writeRequests writes the requests. Latency changes them only where concurrent reads race.
func (b *bench) writeRequests(text *strings.Builder) {
	text.WriteString("## Requests\n\n" +
		"| users | style | step | latency | requests | least | per user | by operation |\n" +
		"|--:|---|---|--:|--:|--:|--:|---|\n")

	for _, r := range b.rows {
		var operations []string
		for _, name := range slices.Sorted(maps.Keys(r.requests)) {
			operations = append(operations, fmt.Sprintf("%s %d", name, r.requests[name]))
		}

		fmt.Fprintf(text, "| %d | %s | %s | %s | %d | %d | %.2f | %s |\n",
			r.users, r.style.name, r.step.name, r.latency, r.total(), least(r.step, r.users), float64(r.total())/float64(r.users), strings.Join(operations, ", "))
	}
}

// writeListings writes the cost of reading whole tenants.
func (b *bench) writeListings(text *strings.Builder) {
	text.WriteString("\n## A whole tenant through data iriusrisk_users\n\n" +
		"| users | requests | time | provider | CLI |\n" +
		"|--:|--:|--:|--:|--:|\n")

	for _, l := range b.listings {
		fmt.Fprintf(text, "| %d | %d | %.2f s | %d MiB | %d MiB |\n", l.users, l.requests, l.took.wall.Seconds(), l.took.providerMemory>>20, l.took.cliMemory>>20)
	}
}

// barColors are the colors of the latencies.
var barColors = []color.Color{
	color.RGBA{R: 0x1b, G: 0x9e, B: 0x77, A: 0xff}, color.RGBA{R: 0x75, G: 0x70, B: 0xb3, A: 0xff}, color.RGBA{R: 0xd9, G: 0x5f, B: 0x02, A: 0xff},
}

// plot draws the time of a step as a multiple of the floor for each style, with a bar for each latency.
func (b *bench) plot(what step, file string) error {
	p := plot.New()
	p.Title.Text = "Time of an " + what.name + ", in multiples of a provider that does nothing"
	p.Y.Label.Text = "× floor"
	p.Y.Min = 0
	p.Legend.Top = true

	const width = 14

	var names []string

	latencies := b.latenciesOf(what)

	for i, latency := range latencies {
		var ratios plotter.Values

		names = nil

		for _, r := range b.rows {
			if r.step.name == what.name && r.latency == latency {
				ratios = append(ratios, r.ratio())
				names = append(names, fmt.Sprintf("%s\n%d users", r.style.name, r.users))
			}
		}

		bars, err := plotter.NewBarChart(ratios, vg.Points(width))
		if err != nil {
			return err
		}

		bars.Color, bars.Offset = barColors[i%len(barColors)], vg.Points(width*(float64(i)-float64(len(latencies)-1)/2))
		bars.LineStyle.Width = 0
		p.Add(bars)
		p.Legend.Add(latency.String()+" latency", bars)
	}

	one := plotter.NewFunction(func(float64) float64 { return 1 })
	one.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	p.Add(one)
	p.Legend.Add("floor", one)
	p.NominalX(names...)
	p.Y.Max *= 1.4

	return p.Save(vg.Points(90*float64(max(len(names), 5))), vg.Points(300), file)
}
