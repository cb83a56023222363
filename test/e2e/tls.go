// A TLS client and server in Go, for secrets.test.ts: tls get URL MAX, tls serve ADDRESS CERT KEY.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if args[0] == "serve" {
		listener, err := net.Listen("tcp", args[1])
		if err != nil {
			return err
		}
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
		return http.ServeTLS(listener, handler, args[2], args[3])
	}
	config := &tls.Config{InsecureSkipVerify: true}
	if args[2] == "1.2" {
		config.MaxVersion = tls.VersionTLS12
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	response, err := client.Get(args[1])
	if err != nil {
		return err
	}
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}
