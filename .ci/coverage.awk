# Prints the coverage of a profile by package. The same statements appear once per tested package.
$1 != "mode:" {
  statements[$1] = $2
  if ($3 > 0) reached[$1] = 1
}

END {
  for (block in statements) {
    package = block
    sub(/\/[^\/]*$/, "", package)
    sub(/^github.com\/iriusrisk\/terraform-provider-iriusrisk\//, "", package)
    of[package] += statements[block]
    of["total"] += statements[block]
    if (block in reached) {
      got[package] += statements[block]
      got["total"] += statements[block]
    }
  }
  for (package in of) printf "%-44s %5.1f %% of %4d statements\n", package, 100 * got[package] / of[package], of[package]
}
