#!/bin/sh
# Verifies the files of a release in the current folder: verify.sh VERSION PUBLIC_KEY
set -eu

release="terraform-provider-iriusrisk_$1"
public_key="$2"

# Use a separate keyring, so that only the given key can verify the release.
GNUPGHOME="$(mktemp -d)"
export GNUPGHOME
trap 'rm -rf "$GNUPGHOME"' EXIT

gpg --quiet --batch --import "$public_key"

# The signed checksums of the archives, then those of the SBOMs, if present.
gpg --quiet --batch --verify "${release}_SHA256SUMS.sig" "${release}_SHA256SUMS"
sha256sum --check --ignore-missing "${release}_SHA256SUMS"

if [ -e "${release}_sbom.sha256" ]; then
  gpg --quiet --batch --verify "${release}_sbom.sha256.sig" "${release}_sbom.sha256"
  sha256sum --check --ignore-missing "${release}_sbom.sha256"
fi
