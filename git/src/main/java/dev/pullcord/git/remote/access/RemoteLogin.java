package dev.pullcord.git.remote.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Credentials for a remote. Secrets are only ever in files; they are read when they are used, so
 * that a new one needs no restart.
 *
 * @param username goes with the password
 * @param passwordFile has a password or token; null when a certificate or a key is enough
 * @param certificateFile a client certificate for HTTPS, PEM; null for none
 * @param keyFile the private key: of that certificate, or for SSH
 * @param knownHostsFile the host keys that SSH accepts; null for HTTPS
 */
public record RemoteLogin(
    String username,
    @Nullable Path passwordFile,
    @Nullable Path certificateFile,
    @Nullable Path keyFile,
    @Nullable Path knownHostsFile) {}
