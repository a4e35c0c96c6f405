/// The release that these programs are of.
public let release = "1.0.0"
