/** Browser sessions: who is signed in, and which forms are ours. */
@NullMarked
package dev.pullcord.server.dashboard.session;

import org.jspecify.annotations.NullMarked;
