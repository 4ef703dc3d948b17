package posts

import (
	"context"
	"io"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/papers"
)

const documentColumns = `id, post_id, name, kind, size, sha256, blob, added_by, adder_name, added_at`

// AddDocument keeps a paper of a shared post.
func (s *Service) AddDocument(ctx context.Context, actor accounts.Actor, id, name string, content io.Reader) error {
	p, err := getShared(ctx, s.db, id)
	if err != nil {
		return err
	}
	if !p.readBy(actor) {
		return unknown()
	}
	if err := actor.Require(PermApply, p.Scope()); err != nil {
		return err
	}
	if content == nil {
		wrong := fault.Fields{}
		wrong.Add("file", "Choisissez un document.", "Choose a document.")
		return wrong.Err()
	}
	kind, whole, err := papers.Sniff(name, content, papers.Most)
	if err != nil {
		return err
	}
	d := Document{ID: db.NewID(), PostID: id, Name: strings.TrimSpace(name), Kind: kind, ByID: actor.ID, By: actor.Name, At: s.now()}
	d.Blob = "posts/" + id + "/" + d.ID
	if d.Size, d.SHA256, err = s.needs.Files.Put(ctx, d.Blob, whole); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.NamedExecContext(ctx, `INSERT INTO shared_post_document (`+documentColumns+`) VALUES (`+named(documentColumns)+`)`, d); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, sharedObject, id, "document", "Document joint : « "+d.Name+" »", "", map[string]string{"sha256": d.SHA256})
	})
}

// OpenDocument opens a paper, for whoever reads the post.
func (s *Service) OpenDocument(ctx context.Context, actor accounts.Actor, id, document string) (io.ReadCloser, Document, error) {
	f, err := s.Shared(ctx, actor, id)
	if err != nil {
		return nil, Document{}, err
	}
	for _, d := range f.Documents {
		if d.ID == document {
			content, err := s.needs.Files.Get(ctx, d.Blob)
			return content, d, err
		}
	}
	return nil, Document{}, fault.NotFound("Ce document n’existe pas.", "This document does not exist.")
}

// PostOf finds the post that comes from an application; "" when there is none.
func (s *Service) PostOf(ctx context.Context, dossier string) (string, error) {
	var id string
	err := s.db.GetContext(ctx, &id, `SELECT id FROM shared_post WHERE dossier_id = $1`, dossier)
	if db.NoRows(err) {
		return "", nil
	}
	return id, err
}

// Application reads an application to a call, to draw a post from it.
func (s *Service) Application(ctx context.Context, actor accounts.Actor, id string) (Application, error) {
	if err := actor.RequireSomewhere(PermApply); err != nil {
		return Application{}, err
	}
	return s.needs.Applications.Application(ctx, actor, id)
}
