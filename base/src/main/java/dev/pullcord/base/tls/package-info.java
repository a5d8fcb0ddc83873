/**
 * Keys, their certificates, and TLS that trusts a key instead of a name. A certificate is a wrapper
 * that TLS wants; only the key in it counts.
 */
@NullMarked
package dev.pullcord.base.tls;

import org.jspecify.annotations.NullMarked;
