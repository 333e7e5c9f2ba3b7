"""Signs a program as Windows wants it, and verifies that it did."""

import os
import re

import certificate
import ob
import tools


def sign(made, signed, signer):
    """Writes the program `made` with a signature to `signed`, which must not exist. The time in
    it is one at which the certificate is valid, and always the same: so are the bytes."""
    what = "signing " + os.path.basename(made)
    command = ["osslsigncode", "sign", "-pkcs12", signer["file"]]
    if signer["password"]:
        command += ["-readpass", signer["password"]]
    command += ["-h", "sha256", "-time", str(certificate.moment(signer)), "-in", made, "-out", signed]
    done = tools.run(command, what)
    if done.returncode or not os.path.isfile(signed):
        raise tools.failed(what, done)


def verify(signed, signer):
    """Checks that the program is signed with this certificate, as it is.
    Returns a warning when all that is missing is somebody who vouches for the certificate."""
    what = "verifying the signature of " + os.path.basename(signed)
    # Revocation lists would be asked for over the network. Whether the certificate is valid today
    # is no question of the build's: its result may come from the cache tomorrow.
    done = tools.run(
        ["osslsigncode", "verify", "-CAfile", signer["chain"], "-ignore-crl", "-require-leaf-hash",
         signer["hash"], "-time", str(certificate.moment(signer)), "-in", signed], what)
    if done.returncode == 0:
        return None
    reason = re.search(r"^\s*Error: (.+)$", done.stdout, re.MULTILINE)
    is_same = "MISMATCH" not in done.stdout and "Leaf hash match: ok" in done.stdout
    # Of a chain that it cannot follow it does not look at the signature itself.
    if not reason or not is_same or not _is_signed(signed, what):
        raise tools.failed(what, done)
    return ob.problem(
        "PYINSTALLER_SIGN_CHAIN", "--sign: the file does not prove the certificate of {} ({}): Windows accepts it where "
        "it knows {}".format(signer["subject"], reason.group(1), signer["issuer"]),
        hint="export it with all certificates of its path, that of the authority too")


def _is_signed(signed, what):
    """Whether the signature is that of what the program says it signs."""
    folder = ob.scratch("signature")
    signature, content = os.path.join(folder, "signature"), os.path.join(folder, "content")
    tools.checked(["osslsigncode", "extract-signature", "-in", signed, "-out", signature], what)
    with open(signature, "rb") as file, open(content, "wb") as to:
        to.write(_signed_content(file.read()))
    done = tools.run(["openssl", "smime", "-verify", "-inform", "DER", "-in", signature, "-content", content,
                      "-binary", "-noverify", "-out", os.devnull], what)
    return done.returncode == 0


def _signed_content(der):
    """The content of a PKCS#7 signedData (RFC 2315, 9.1), which is hashed without its own head."""
    at, _ = _element(der, 0)  # ContentInfo
    at = _after(der, at)  # contentType
    at, _ = _element(der, at)  # [0]
    at, _ = _element(der, at)  # SignedData
    at = _after(der, _after(der, at))  # version, digestAlgorithms
    at, _ = _element(der, at)  # contentInfo
    at = _after(der, at)  # contentType
    at, _ = _element(der, at)  # [0]
    return der[slice(*_element(der, at))]


def _element(der, at):
    """(start, end) of what the element at an offset holds."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start:start + count], "big"), start + count
    return start, start + length


def _after(der, at):
    return _element(der, at)[1]
