#!/bin/sh
# Verifies the files of a release that are in this folder: verify.sh VERSION PUBLIC_KEY
set -eu

release="terraform-provider-iriusrisk_$1"
public_key="$2"

# A keyring of its own, so that no other key of yours can vouch for a release.
GNUPGHOME="$(mktemp -d)"
export GNUPGHOME
trap 'rm -rf "$GNUPGHOME"' EXIT

gpg --quiet --batch --import "$public_key"

# The signed list of the archives, then that of the lists of components if there are any here.
gpg --quiet --batch --verify "${release}_SHA256SUMS.sig" "${release}_SHA256SUMS"
sha256sum --check --ignore-missing "${release}_SHA256SUMS"

if [ -e "${release}_sbom.sha256" ]; then
  gpg --quiet --batch --verify "${release}_sbom.sha256.sig" "${release}_sbom.sha256"
  sha256sum --check --ignore-missing "${release}_sbom.sha256"
fi
