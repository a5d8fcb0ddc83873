/** How the command speaks TLS, and by what it knows its server. */
@NullMarked
package dev.pullcord.client.tls;

import org.jspecify.annotations.NullMarked;
