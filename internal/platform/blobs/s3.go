package blobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// S3 keeps blobs as objects of a bucket, for several nodes.
type S3 struct {
	client *minio.Client
	bucket string
}

var _ Store = (*S3)(nil)

// OpenS3 reaches a bucket that exists: https://KEY:SECRET@host:port/bucket?region=fr-par (http:// on a private network only).
func OpenS3(ctx context.Context, address string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the bucket's address cannot be read") // it may hold a secret
	}
	bucket := strings.Trim(u.Path, "/")
	secret, set := u.User.Password()
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || bucket == "" || strings.Contains(bucket, "/") || !set {
		return nil, errors.New("the bucket's address must be https://KEY:SECRET@host/bucket")
	}
	region := u.Query().Get("region")
	if region == "" {
		region = "us-east-1" // what servers without regions answer to
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Scheme == "https", Region: region, BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the bucket: %w", err)
	}
	found, err := client.BucketExists(ctx, bucket)
	if err != nil {
		return nil, fmt.Errorf("reach the bucket %s: %w", bucket, err)
	}
	if !found {
		return nil, fmt.Errorf("the bucket %s does not exist", bucket)
	}
	return &S3{client, bucket}, nil
}

// whole is the largest blob sent in one request; larger ones are sent in parts of this size. It bounds the memory of an upload.
const whole = 8 << 20

// Put implements Store. The server keeps an object whole or not at all.
func (s *S3) Put(ctx context.Context, id string, r io.Reader) (Info, error) {
	if err := checkID(id); err != nil {
		return Info{}, err
	}
	hash := sha256.New()
	r = io.TeeReader(r, hash)
	first, err := io.ReadAll(io.LimitReader(r, whole))
	if err != nil {
		return Info{}, fmt.Errorf("write blob: %w", err)
	}
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: whole}
	var body io.Reader = bytes.NewReader(first)
	size := int64(len(first))
	if size == whole {
		body, size = io.MultiReader(body, r), -1
	}
	done, err := s.client.PutObject(ctx, s.bucket, id, body, size, options)
	if err != nil {
		return Info{}, writing(err)
	}
	stat, err := s.Stat(ctx, id)
	if err != nil {
		return Info{}, err
	}
	return Info{ID: id, Size: done.Size, SHA256: hex.EncodeToString(hash.Sum(nil)), ModTime: stat.ModTime}, nil
}

func writing(err error) error {
	answer := minio.ToErrorResponse(err)
	if answer.StatusCode == http.StatusInsufficientStorage || answer.Code == "QuotaExceeded" || answer.Code == "XMinioStorageFull" {
		return fault.New(fault.KindFull, i18n.Text{
			FR: "L’espace de stockage est plein : ce fichier n’a pas été gardé. Réessayez plus tard ou prévenez l’administrateur.",
			EN: "Storage is full: this file was not kept. Try again later or tell the administrator.",
		}).Because(err)
	}
	return fmt.Errorf("write blob: %w", err)
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, id string) (io.ReadCloser, Info, error) {
	if err := checkID(id); err != nil {
		return nil, Info{}, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, id, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, missing(err)
	}
	stat, err := object.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(missing(err), object.Close())
	}
	return object, Info{ID: id, Size: stat.Size, ModTime: stat.LastModified}, nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, id string) (Info, error) {
	if err := checkID(id); err != nil {
		return Info{}, err
	}
	stat, err := s.client.StatObject(ctx, s.bucket, id, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, missing(err)
	}
	return Info{ID: id, Size: stat.Size, ModTime: stat.LastModified}, nil
}

func missing(err error) error {
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return notFound(err)
	}
	return fmt.Errorf("read blob: %w", err)
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	if err := s.client.RemoveObject(ctx, s.bucket, id, minio.RemoveObjectOptions{}); err != nil && !fault.Is(missing(err), fault.KindNotFound) {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if object.Err != nil {
				yield(Info{}, fmt.Errorf("list blobs: %w", object.Err))
				return
			}
			if !yield(Info{ID: object.Key, Size: object.Size, ModTime: object.LastModified}, nil) {
				return
			}
		}
	}
}
