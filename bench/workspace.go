package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// workspace is a workspace of the CLI in a temporary folder, with the server that its configuration manages.
type workspace struct {
	*cli.Workspace

	server *simulator.Server
	folder string
}

// open returns a workspace with a configuration. Closing it also closes the server.
func (b *bench) open(ctx context.Context, provider cli.Provider, server *simulator.Server, configuration fs.FS) (*workspace, error) {
	folder, err := os.MkdirTemp("", "iriusrisk-bench-")
	if err != nil {
		return nil, err
	}

	opened, err := cli.NewWorkspace(ctx, b.mirrors[provider.Name], b.cli, folder, configuration, map[string]string{
		"IRIUSRISK_ENDPOINT":  server.URL(),
		"IRIUSRISK_API_TOKEN": server.AdminToken(),
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}

	return &workspace{Workspace: opened, server: server, folder: folder}, nil
}

// close closes the server and removes the folder. It does nothing if there is no workspace.
func (w *workspace) close() error {
	if w == nil {
		return nil
	}

	w.server.Close()

	return w.remove()
}

// remove removes the folder. The server keeps running.
func (w *workspace) remove() error { return os.RemoveAll(w.folder) }
