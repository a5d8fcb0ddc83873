/** The keys and certificates of both ports. */
@NullMarked
package dev.pullcord.server.security.tls;

import org.jspecify.annotations.NullMarked;
