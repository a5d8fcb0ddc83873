/** Says no: what the server refuses, and the one table that makes an HTTP answer of it. */
@NullMarked
package dev.pullcord.server.refusal;

import org.jspecify.annotations.NullMarked;
