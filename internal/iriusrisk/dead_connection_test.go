package iriusrisk

import (
	"context"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// droppingProxy forwards connections to a server. When a link is dead, it keeps the connection open but drops its data, as
// a NAT gateway or a load balancer may. New connections work.
type droppingProxy struct {
	net.Listener

	backend string

	mu    sync.Mutex
	links []*link
}

type link struct {
	dead        atomic.Bool
	front, back net.Conn
}

func startDroppingProxy(t *testing.T, backend string) *droppingProxy {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	f := &droppingProxy{Listener: listener, backend: backend}

	var group sync.WaitGroup

	group.Go(func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}

			back, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", backend)
			if err != nil {
				_ = front.Close()

				continue
			}

			l := &link{front: front, back: back}

			f.mu.Lock()
			f.links = append(f.links, l)
			f.mu.Unlock()

			group.Go(func() { l.forward(back, front) })
			group.Go(func() { l.forward(front, back) })
		}
	})

	t.Cleanup(func() {
		_ = listener.Close()

		f.each(func(l *link) {
			_ = l.front.Close()
			_ = l.back.Close()
		})
		group.Wait()
	})

	return f
}

func (f *droppingProxy) each(do func(*link)) int {
	f.mu.Lock()
	defer f.mu.Unlock()

	for _, l := range f.links {
		do(l)
	}

	return len(f.links)
}

// forward copies data from one side to the other until the link is dead, and drops it after that.
func (l *link) forward(to, from net.Conn) {
	buffer := make([]byte, 4096)

	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}

		if !l.dead.Load() {
			_, _ = to.Write(buffer[:n])
		}
	}
}

// A connection that was dropped silently is replaced within the retries of a request.
func TestDeadConnection_isReplaced(t *testing.T) {
	t.Parallel()

	for name, http2 := range map[string]bool{"HTTP/1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := httptest.NewUnstartedServer(answers(200, ada))
			s.EnableHTTP2 = http2
			s.StartTLS()
			t.Cleanup(s.CloseClientConnections)

			between := startDroppingProxy(t, strings.TrimPrefix(s.URL, "https://"))
			client := connect(t, "https://"+between.Addr().String(), func(config *Config) {
				config.InsecureSkipTLSVerify, config.MaxRetries, config.RequestTimeout = true, 4, time.Second
			})

			if err := second(client.GetUser(t.Context(), "ada")); err != nil {
				t.Fatal(err)
			}

			between.each(func(l *link) { l.dead.Store(true) })

			if err := second(client.GetUser(t.Context(), "ada")); err != nil {
				t.Error(err)
			}

			if links := between.each(func(*link) {}); links < 2 {
				t.Errorf("%d connections were made", links)
			}
		})
	}
}
