import CCrypto
import Glibc

/// A certificate in a file, as a server shows it.
public enum Certificate {
    /// How many whole days are left until the first certificate of a PEM file expires, below zero when it has; `nil` when the
    /// file cannot be read or holds none. Source: PEM_read_bio_X509(3), ASN1_TIME_diff(3).
    public static func daysLeft(inFile path: String) -> Int? {
        guard let file = unsafe BIO_new_file(path, "r") else { return nil }
        defer { unsafe BIO_free(file) }
        guard let certificate = unsafe PEM_read_bio_X509(file, nil, nil, nil) else { return nil }
        defer { unsafe X509_free(certificate) }
        var (days, seconds): (CInt, CInt) = (0, 0)
        guard unsafe ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else { return nil }
        return Int(days)
    }
}
