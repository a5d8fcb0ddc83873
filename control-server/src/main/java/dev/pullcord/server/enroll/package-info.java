/** How nodes come in: invitations, and the one transaction that lets a key become a node. */
@NullMarked
package dev.pullcord.server.enroll;

import org.jspecify.annotations.NullMarked;
