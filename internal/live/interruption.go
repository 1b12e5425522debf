package live

import (
	"context"
	"errors"
	"os"
	"sync"
)

// Run is one run against a tenant. It can be interrupted: whatever it has made by then is deleted.
type Run struct {
	// writing is held for reading by every write, so that an interruption can wait for those under way.
	writing     sync.RWMutex
	interrupted bool

	mu      sync.Mutex
	tenants []*Tenant
	folders []string
}

// Open returns the tenant that the settings name, with a prefix of its own, which an interruption sweeps. It sends no
// request.
func (r *Run) Open(settings Settings) (*Tenant, error) {
	tenant, err := Open(settings)
	if err != nil {
		return nil, err
	}

	tenant.run = r

	r.mu.Lock()
	defer r.mu.Unlock()

	r.tenants = append(r.tenants, tenant)

	return tenant, nil
}

// RemoveFolder has an interruption remove a folder, such as one that holds a state with secrets.
func (r *Run) RemoveFolder(folder string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.folders = append(r.folders, folder)
}

// Write makes a write, unless the run was interrupted: then nothing is written any more, and it waits for the context to
// end, because the process is about to. A nil run cannot be interrupted.
func (r *Run) Write(ctx context.Context, write func() error) error {
	if r == nil {
		return write()
	}

	r.writing.RLock()
	defer r.writing.RUnlock()

	if r.interrupted {
		<-ctx.Done()

		return ctx.Err()
	}

	return write()
}

// Interrupt lets no further write begin, waits for those under way until the context ends, sweeps every tenant and
// removes the folders.
func (r *Run) Interrupt(waiting context.Context) error {
	stopped := make(chan struct{})

	go func() {
		defer close(stopped)

		r.writing.Lock()
		defer r.writing.Unlock()

		r.interrupted = true
	}()

	var problems []error

	select {
	case <-stopped:
	case <-waiting.Done():
		problems = append(problems, errors.New("a write is still under way, whose user may be left behind: run make sweep-live"))
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	for _, tenant := range r.tenants {
		problems = append(problems, tenant.Sweep(context.WithoutCancel(waiting)))
	}

	for _, folder := range r.folders {
		problems = append(problems, os.RemoveAll(folder))
	}

	return errors.Join(problems...)
}
