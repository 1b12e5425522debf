import {
  to = iriusrisk_user.ada
  identity = {
    username = "ada"
  }
}
