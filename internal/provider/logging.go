package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogger returns a logger whose records go to Terraform's log.
func newLogger() *slog.Logger {
	return slog.New(terraformLogHandler{})
}

// terraformLogHandler hands slog records to tflog, so that the client can log without knowing Terraform. Filtering by
// level is left to tflog.
type terraformLogHandler struct{ attributes []slog.Attr }

// Enabled is always true.
func (terraformLogHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle writes a record at the nearest of tflog's levels.
func (h terraformLogHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.attributes))
	for _, attribute := range h.attributes {
		fields[attribute.Key] = attribute.Value.Any()
	}

	record.Attrs(func(attribute slog.Attr) bool {
		fields[attribute.Key] = attribute.Value.Any()

		return true
	})

	switch {
	case record.Level >= slog.LevelError:
		tflog.Error(ctx, record.Message, fields)
	case record.Level >= slog.LevelWarn:
		tflog.Warn(ctx, record.Message, fields)
	case record.Level >= slog.LevelInfo:
		tflog.Info(ctx, record.Message, fields)
	default:
		tflog.Debug(ctx, record.Message, fields)
	}

	return nil
}

// WithAttrs returns a handler that adds attributes to every record.
func (h terraformLogHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return terraformLogHandler{attributes: append(append([]slog.Attr{}, h.attributes...), attributes...)}
}

// WithGroup keeps the handler as it is: the client's attributes are flat.
func (h terraformLogHandler) WithGroup(string) slog.Handler { return h }
