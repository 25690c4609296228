package match

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"waybill/daemon/order"
	"waybill/transports/transporttest"
)

// BenchmarkLinkagePeer asks the same noisy rows of the index and of PostgreSQL with pg_trgm, in two ways, one after the other on the same machine: what
// counts is the ratio. PostgreSQL only ranks by similarity; it compares no fields and judges nothing.
func BenchmarkLinkagePeer(b *testing.B) {
	n, asked := 20_000, 200
	if *whole {
		n, asked = 200_000, 500
	}
	town := newTown(401)
	orders := town.orders(n)
	x := NewIndex()
	for _, po := range orders {
		x.Put(po)
	}
	rows := newRows(town, orders, 402).rows(orders, asked)
	ctx := context.Background()
	db, err := pgx.Connect(ctx, transporttest.StartPostgres(b).NewDatabase(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close(ctx) })
	loadPeer(b, db, orders)
	// pg_trgm finds nothing below its limit; 0.3 is what it comes with.
	ask := func(sql string, args ...any) (id order.POID) {
		if err := db.QueryRow(ctx, sql, args...).Scan(&id); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			b.Fatal(err)
		}
		return id
	}
	const byTrigram = "SELECT id FROM po WHERE whole % $1 ORDER BY similarity(whole, $1) DESC LIMIT 1"
	const inPostcode = "SELECT id FROM po WHERE postcode = $2 AND similarity(whole, $1) > 0.3 ORDER BY similarity(whole, $1) DESC LIMIT 1"
	for _, way := range []struct {
		name string
		find func(i int, r *suppliersRow) order.POID
	}{
		{"index", func(i int, r *suppliersRow) order.POID {
			f := x.Match(r.reading(i), Sender{Supplier: supplierOfTown})
			if len(f[0].Candidates) == 0 {
				return 0
			}
			return f[0].Candidates[0].PO
		}},
		{"postcode, else trigrams", func(_ int, r *suppliersRow) order.POID {
			if id := ask(inPostcode, inWords(r), code(r.party.Postcode.Text)); id != 0 {
				return id
			}
			return ask(byTrigram, inWords(r))
		}},
		{"trigrams", func(_ int, r *suppliersRow) order.POID { return ask(byTrigram, inWords(r)) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			done, right, of := 0, 0, 0
			for b.Loop() {
				for i := range rows {
					id := way.find(i, &rows[i])
					done++
					if rows[i].truth != 0 && !rows[i].ambiguous {
						of++
						if id == rows[i].truth {
							right++
						}
					}
				}
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "queries/s")
			b.ReportMetric(100*ratio(right, of), "%top")
		})
	}
}

func loadPeer(b *testing.B, db *pgx.Conn, orders []PO) {
	ctx := context.Background()
	run := func(sql string) {
		if _, err := db.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	run("CREATE EXTENSION pg_trgm")
	run("CREATE TABLE po (id bigint, postcode text, whole text)")
	rows := pgx.CopyFromSlice(len(orders), func(i int) ([]any, error) {
		a := &orders[i].ShipTo
		return []any{int64(orders[i].ID), code(a.Postcode), fold(strings.Join([]string{a.Name, a.Company, a.Line1, a.Line2, a.Postcode, a.City}, " "))}, nil
	})
	if _, err := db.CopyFrom(ctx, pgx.Identifier{"po"}, []string{"id", "postcode", "whole"}, rows); err != nil {
		b.Fatal(err)
	}
	run("CREATE INDEX ON po (postcode)")
	run("CREATE INDEX ON po USING gin (whole gin_trgm_ops)")
	run("ANALYZE po")
}

func inWords(r *suppliersRow) string {
	p := &r.party
	return fold(strings.Join([]string{p.Name.Text, p.Company.Text, p.Street.Text, p.Postcode.Text, p.City.Text}, " "))
}
