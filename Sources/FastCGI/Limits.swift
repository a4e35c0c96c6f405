public import HTTP

/// What one request may take.
public struct Limits: Sendable, Equatable {
    /// The most FastCGI parameters. Default 128.
    public var parameters: Int
    /// The most bytes of all names and values of the parameters. Default 64 KiB.
    public var parameterBytes: Int
    /// The most bytes of a body. Default 16 KiB. Parameters and body that are over 128 KiB together, with what frames them,
    /// end their connection without an answer.
    public var bodyBytes: Int
    /// The most bytes of a path, encoded. Default 1,024.
    public var pathBytes: Int
    /// The most fields of the query and of the form, and the most bytes of each. Default 32 and 1,024.
    public var fields: ParameterLimits
    /// How long a request may take to arrive once its first byte has. Default 10 s.
    public var receiveTime: Duration
    /// How long the peer may take none of an answer. Default 10 s.
    public var sendTime: Duration
    /// The most kept connections that wait for their next request; beyond, the oldest of them is closed.
    /// Default 1,024.
    public var idleConnections: Int
    /// The most connections that are accepted before their turn, so that new ones and kept ones wait in one line; beyond, they
    /// wait in the socket, where another process takes them when this one is slow or ends. Default 64.
    public var connectionsAhead: Int
    /// How long a stop leaves kept connections open, so that their peers close them and no request is sent to nobody.
    /// Default 800 ms: nginx keeps a connection for 300 ms and lets it idle for 300 ms more (nginx/snippets/upstream.conf).
    public var drainTime: Duration

    /// Makes limits.
    public init(
        parameters: Int = 128, parameterBytes: Int = 65_536, bodyBytes: Int = 16_384, pathBytes: Int = 1_024,
        fields: ParameterLimits = ParameterLimits(), receiveTime: Duration = .seconds(10),
        sendTime: Duration = .seconds(10), idleConnections: Int = 1_024,
        connectionsAhead: Int = 64, drainTime: Duration = .milliseconds(800)
    ) {
        self.parameters = parameters
        self.parameterBytes = parameterBytes
        self.bodyBytes = bodyBytes
        self.pathBytes = pathBytes
        self.fields = fields
        self.receiveTime = receiveTime
        self.sendTime = sendTime
        self.idleConnections = idleConnections
        self.connectionsAhead = connectionsAhead
        self.drainTime = drainTime
    }
}
